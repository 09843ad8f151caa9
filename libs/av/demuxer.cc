// SPDX-License-Identifier: Apache-2.0

#include "libs/av/demuxer.h"

extern "C" {
#include <libavcodec/bsf.h>
#include <libavutil/log.h>
}

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/av/avio_reader.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/stream_track.h"

namespace relayfleet::av {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct BsfDeleter {
  void operator()(AVBSFContext* filter) const { av_bsf_free(&filter); }
};
using BsfPtr = std::unique_ptr<AVBSFContext, BsfDeleter>;

// How a live stream is looked at before it plays.
constexpr int64_t kLiveProbeBytes = 1 << 20;
constexpr int64_t kLiveProbeMicros = 1'500'000;

// A stream that is read.
struct Lane {
  AVStream* stream = nullptr;
  BsfPtr filter;  // may be null
  bool adts = false;
  media::Track track;
  std::optional<int64_t> last_dts;
};

// The AAC frame behind an ADTS header (ISO 13818-7, 6.2).
absl::string_view WithoutAdts(absl::string_view frame) {
  if (frame.size() < 7 || static_cast<uint8_t>(frame[0]) != 0xff) return frame;
  const size_t header = (static_cast<uint8_t>(frame[1]) & 1) != 0 ? 7 : 9;
  return frame.substr(std::min(header, frame.size()));
}

int64_t ToTicks(int64_t time, const Lane& lane) {
  const AVRational clock{1, static_cast<int>(lane.track.clock_rate)};
  return av_rescale_q(time, lane.stream->time_base, clock);
}

}  // namespace

struct Demuxer::State {
  explicit State(Options options_in) : options(std::move(options_in)) {}

  absl::Status Open();
  absl::Status AddLanes();
  absl::Status AddLane(int index);
  absl::Status Fetch();
  Item ItemOf(Lane& lane);
  absl::Status ErrorOf(int error) const;
  absl::Status CodeOf(int error, const std::string& text) const;
  void Arm(absl::Duration deadline_in) {
    deadline = SteadyClock::now() + absl::ToChronoNanoseconds(deadline_in);
  }
  bool stopped() const { return options.stop != nullptr && *options.stop; }
  int OpenPart(AVIOContext** context, const char* url);
  int ClosePart(AVIOContext* context);

  Options options;
  SteadyClock::time_point deadline;
  std::unique_ptr<AvioReader> bytes;
  std::map<AVIOContext*, std::unique_ptr<AvioReader>> parts;
  absl::Status part_error;
  // After what it reads, so that it goes first.
  FormatContextPtr format;
  std::vector<Lane> lanes;
  std::vector<media::Track> tracks;
  AvPacketPtr packet{av_packet_alloc()};
  Lane* filtering = nullptr;  // its filter may hold packets
};

absl::Status Demuxer::State::Open() {
  // What libav would print holds URLs with their credentials.
  av_log_set_level(AV_LOG_QUIET);
  Arm(options.open_deadline);
  AVFormatContext* context = avformat_alloc_context();
  context->opaque = this;
  context->interrupt_callback = {[](void* self) -> int {
                                   const auto& state = *static_cast<State*>(self);
                                   return state.stopped() || SteadyClock::now() > state.deadline;
                                 },
                                 this};
  if (options.bytes != nullptr) {
    bytes = std::make_unique<AvioReader>(std::move(options.bytes));
    context->pb = bytes->context();
    context->flags |= AVFMT_FLAG_CUSTOM_IO;
    context->io_open = [](AVFormatContext* format, AVIOContext** io, const char* url, int /*flags*/,
                          AVDictionary** /*options*/) {
      return static_cast<State*>(format->opaque)->OpenPart(io, url);
    };
    context->io_close2 = [](AVFormatContext* format, AVIOContext* io) {
      return static_cast<State*>(format->opaque)->ClosePart(io);
    };
  }
  AvOptions dictionary;
  dictionary.Set("protocol_whitelist", options.protocols.empty() ? "none" : options.protocols);
  dictionary.Set("http_persistent", "0");
  if (options.live) {
    context->flags |= AVFMT_FLAG_NOBUFFER;
    context->probesize = kLiveProbeBytes;
    context->max_analyze_duration = kLiveProbeMicros;
  }
  int result = avformat_open_input(&context, options.url.c_str(), nullptr, dictionary.get());
  if (result < 0) return ErrorOf(result);  // libav has freed the context
  format.reset(context);
  result = avformat_find_stream_info(format.get(), nullptr);
  if (result < 0) return ErrorOf(result);
  return AddLanes();
}

int Demuxer::State::OpenPart(AVIOContext** context, const char* url) {
  if (!options.open_part || stopped()) return AVERROR(EPERM);
  absl::StatusOr<std::unique_ptr<ByteSource>> source = options.open_part(url);
  if (!source.ok()) {
    part_error = source.status();
    return AVERROR_EXTERNAL;
  }
  auto reader = std::make_unique<AvioReader>(*std::move(source));
  *context = reader->context();
  parts[*context] = std::move(reader);
  return 0;
}

int Demuxer::State::ClosePart(AVIOContext* context) {
  parts.erase(context);
  return 0;
}

absl::Status Demuxer::State::AddLanes() {
  const int video = av_find_best_stream(format.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (video < 0 || (format->streams[video]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(options.name, ": there is no video in it"));
  }
  const int audio = av_find_best_stream(format.get(), AVMEDIA_TYPE_AUDIO, -1, video, nullptr, 0);
  for (unsigned i = 0; i < format->nb_streams; ++i) format->streams[i]->discard = AVDISCARD_ALL;
  if (absl::Status added = AddLane(video); !added.ok()) return added;
  if (audio >= 0 && format->streams[audio]->codecpar->sample_rate > 0) {
    if (absl::Status added = AddLane(audio); !added.ok()) return added;
  }
  for (const Lane& lane : lanes) tracks.push_back(lane.track);
  return absl::OkStatus();
}

absl::Status Demuxer::State::AddLane(int index) {
  Lane lane{.stream = format->streams[index]};
  lane.stream->discard = AVDISCARD_DEFAULT;
  const AVCodecParameters* parameters = lane.stream->codecpar;
  if (const char* const name = AnnexbFilterOf(*parameters); name != nullptr) {
    AVBSFContext* filter = nullptr;
    int result = av_bsf_alloc(av_bsf_get_by_name(name), &filter);
    if (result < 0) return ErrorOf(result);
    lane.filter.reset(filter);
    result = avcodec_parameters_copy(filter->par_in, parameters);
    filter->time_base_in = lane.stream->time_base;
    if (result >= 0) result = av_bsf_init(filter);
    if (result < 0) return ErrorOf(result);
    parameters = filter->par_out;
  }
  lane.adts = IsAdts(*parameters);
  lane.track =
      TrackOfStream(*format, *lane.stream, *parameters, static_cast<uint32_t>(lanes.size()));
  lanes.push_back(std::move(lane));
  return absl::OkStatus();
}

// Puts the next packet of a lane, filtered, into `packet`, and the lane into `filtering`.
absl::Status Demuxer::State::Fetch() {
  while (true) {
    if (filtering != nullptr && filtering->filter != nullptr) {
      if (av_bsf_receive_packet(filtering->filter.get(), packet.get()) >= 0) {
        return absl::OkStatus();
      }
    }
    filtering = nullptr;
    const int result = av_read_frame(format.get(), packet.get());
    if (result == AVERROR(EAGAIN) && !stopped() && SteadyClock::now() < deadline) continue;
    if (result < 0) return ErrorOf(result);
    for (Lane& lane : lanes) {
      if (lane.stream->index == packet->stream_index) filtering = &lane;
    }
    const bool priming = filtering != nullptr && media::IsAudio(filtering->track.codec) &&
                         (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
    if (filtering == nullptr || priming) {
      filtering = nullptr;
      av_packet_unref(packet.get());
    } else if (filtering->filter == nullptr) {
      return absl::OkStatus();
    } else if (av_bsf_send_packet(filtering->filter.get(), packet.get()) < 0) {
      // Damaged: the next key frame heals the picture.
      av_packet_unref(packet.get());
    }
  }
}

Demuxer::Item Demuxer::State::ItemOf(Lane& lane) {
  const AVPacket& from = *packet;
  Item item;
  media::Packet& to = item.packet;
  to.track = lane.track.id;
  to.dts = lane.last_dts.value_or(-1) + 1;
  if (from.pts != AV_NOPTS_VALUE) to.dts = ToTicks(from.pts, lane);
  to.pts = to.dts;
  if (from.dts != AV_NOPTS_VALUE) to.dts = ToTicks(from.dts, lane);
  if (from.pts == AV_NOPTS_VALUE) to.pts = to.dts;
  lane.last_dts = to.dts;
  to.key = (from.flags & AV_PKT_FLAG_KEY) != 0;
  to.discontinuity = (from.flags & AV_PKT_FLAG_CORRUPT) != 0;
  item.duration = ToTicks(from.duration, lane);
  absl::string_view bytes(reinterpret_cast<const char*>(from.data), static_cast<size_t>(from.size));
  if (lane.adts) bytes = WithoutAdts(bytes);
  to.payload = media::MakePayload(std::string(bytes));
  av_packet_unref(packet.get());
  return item;
}

absl::Status Demuxer::State::ErrorOf(int error) const {
  if (stopped()) return absl::CancelledError("stopped");
  // What our own reading failed with says more.
  for (const absl::Status& status : {bytes != nullptr ? bytes->error() : part_error, part_error}) {
    if (!status.ok()) {
      return absl::Status(status.code(), absl::StrCat(options.name, ": ", status.message()));
    }
  }
  return CodeOf(error, AvErrorText(options.name, error));
}

absl::Status Demuxer::State::CodeOf(int error, const std::string& text) const {
  switch (error) {
    case AVERROR_EOF:
      return absl::OutOfRangeError(text);
    case AVERROR_EXIT:
      return absl::DeadlineExceededError(absl::StrCat(options.name, ": nothing comes"));
    case AVERROR(ENOENT):
    case AVERROR_HTTP_NOT_FOUND:
      return absl::NotFoundError(text);
    case AVERROR(EACCES):
    case AVERROR_HTTP_FORBIDDEN:
      return absl::PermissionDeniedError(text);
    case AVERROR_HTTP_UNAUTHORIZED:
      return absl::UnauthenticatedError(text);
    case AVERROR_PROTOCOL_NOT_FOUND:
      return absl::FailedPreconditionError(text);
    default:
      break;
  }
  if (options.live) return absl::UnavailableError(text);
  return absl::InvalidArgumentError(absl::StrCat(text, " (not a video that libav can read)"));
}

absl::StatusOr<std::unique_ptr<Demuxer>> Demuxer::Open(Options options) {
  auto state = std::make_unique<State>(std::move(options));
  const absl::Status opened = state->Open();
  if (absl::IsOutOfRange(opened)) {
    return absl::InvalidArgumentError(absl::StrCat(state->options.name, ": it ends too early"));
  }
  if (!opened.ok()) return opened;
  return std::unique_ptr<Demuxer>(new Demuxer(std::move(state)));
}

Demuxer::Demuxer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Demuxer::~Demuxer() = default;

const std::vector<media::Track>& Demuxer::tracks() const { return state_->tracks; }

absl::StatusOr<Demuxer::Item> Demuxer::Next() {
  state_->Arm(state_->options.read_deadline);
  if (absl::Status fetched = state_->Fetch(); !fetched.ok()) return fetched;
  return state_->ItemOf(*state_->filtering);
}

absl::Status Demuxer::Rewind() {
  state_->Arm(state_->options.read_deadline);
  AVFormatContext* const format = state_->format.get();
  const bool stamped = format->start_time != AV_NOPTS_VALUE;
  int result = -1;
  if (stamped) result = av_seek_frame(format, -1, format->start_time, AVSEEK_FLAG_BACKWARD);
  // Containers without an index are read from their first byte on.
  if (result < 0) result = av_seek_frame(format, -1, 0, AVSEEK_FLAG_BYTE);
  if (result < 0) return state_->ErrorOf(result);
  for (Lane& lane : state_->lanes) {
    if (lane.filter != nullptr) av_bsf_flush(lane.filter.get());
    lane.last_dts.reset();
  }
  state_->filtering = nullptr;
  return absl::OkStatus();
}

}  // namespace relayfleet::av
