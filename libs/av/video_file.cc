// SPDX-License-Identifier: Apache-2.0

#include "libs/av/video_file.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/to_frame.h"

namespace relayfleet::av {
namespace {

using SteadyClock = std::chrono::steady_clock;

absl::Status ErrorOf(absl::string_view path, int error) {
  const std::string text = AvErrorText(path, error);
  switch (error) {
    case AVERROR(ENOENT):
      return absl::NotFoundError(text);
    case AVERROR(EACCES):
      return absl::PermissionDeniedError(text);
    case AVERROR_EXIT:
      return absl::DeadlineExceededError(text);
    case AVERROR_EOF:
      return absl::OutOfRangeError(text);
    default:
      return absl::InvalidArgumentError(text);
  }
}

}  // namespace

struct VideoFile::State {
  absl::Status Open();
  absl::Status OpenDecoder();
  absl::Status NextPicture();
  absl::Status Feed();
  absl::Status Rewind();
  absl::Duration TimeOfPicture();
  void Arm() { deadline = SteadyClock::now() + absl::ToChronoNanoseconds(options.deadline); }

  Options options;
  SteadyClock::time_point deadline;  // read by libav's interrupt callback
  FormatContextPtr format;
  CodecContextPtr decoder;
  int stream = -1;
  AvPacketPtr packet{av_packet_alloc()};
  AvFramePtr picture{av_frame_alloc()};
  ToFrame to_frame;
  bool flushing = false;
  bool any_picture = false;  // since the last rewind
  // Time line: `base` is what the file's own times are moved by, `last` what was returned last.
  absl::Duration base;
  absl::Duration last = -absl::Microseconds(1);
  absl::Duration frame_time = absl::Milliseconds(40);
};

absl::Status VideoFile::State::Open() {
  Arm();
  AVFormatContext* context = avformat_alloc_context();
  context->interrupt_callback = {
      [](void* self) -> int { return SteadyClock::now() > static_cast<State*>(self)->deadline; },
      this};
  AvOptions dictionary;
  dictionary.Set("protocol_whitelist", "file");
  const std::string url = absl::StrCat("file:", options.path);
  int result = avformat_open_input(&context, url.c_str(), nullptr, dictionary.get());
  if (result < 0) return ErrorOf(options.path, result);  // libav has freed the context
  format.reset(context);
  result = avformat_find_stream_info(format.get(), nullptr);
  if (result < 0) return ErrorOf(options.path, result);
  return OpenDecoder();
}

absl::Status VideoFile::State::OpenDecoder() {
  const AVCodec* codec = nullptr;
  stream = av_find_best_stream(format.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (stream < 0 || codec == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(options.path, ": no video that can be decoded"));
  }
  decoder.reset(avcodec_alloc_context3(codec));
  const AVStream& track = *format->streams[stream];
  avcodec_parameters_to_context(decoder.get(), track.codecpar);
  decoder->pkt_timebase = track.time_base;
  decoder->max_pixels = int64_t{8192} * 8192;
  const int result = avcodec_open2(decoder.get(), codec, nullptr);
  if (result < 0) return ErrorOf(options.path, result);
  const AVRational rate = av_guess_frame_rate(format.get(), format->streams[stream], nullptr);
  if (rate.num > 0 && rate.den > 0) frame_time = absl::Seconds(1) * rate.den / rate.num;
  return absl::OkStatus();
}

// Gives the decoder one packet, or tells it that there are no more.
absl::Status VideoFile::State::Feed() {
  int result = av_read_frame(format.get(), packet.get());
  if (result == AVERROR_EOF) {
    flushing = true;
    avcodec_send_packet(decoder.get(), nullptr);
    return absl::OkStatus();
  }
  if (result < 0) return ErrorOf(options.path, result);
  // A damaged packet is skipped: the next key frame heals the picture.
  if (packet->stream_index == stream) avcodec_send_packet(decoder.get(), packet.get());
  av_packet_unref(packet.get());
  return absl::OkStatus();
}

absl::Status VideoFile::State::Rewind() {
  if (!options.loop || !any_picture) return absl::OutOfRangeError("end of the file");
  const int64_t start = format->streams[stream]->start_time;
  const int result = av_seek_frame(format.get(), stream, start == AV_NOPTS_VALUE ? 0 : start,
                                   AVSEEK_FLAG_BACKWARD);
  if (result < 0) return ErrorOf(options.path, result);
  avcodec_flush_buffers(decoder.get());
  flushing = false;
  any_picture = false;
  base = last + frame_time;
  return absl::OkStatus();
}

absl::Status VideoFile::State::NextPicture() {
  while (true) {
    const int result = avcodec_receive_frame(decoder.get(), picture.get());
    if (result >= 0) return absl::OkStatus();
    absl::Status moved;
    if (result == AVERROR_EOF) {
      moved = Rewind();
    } else if (result == AVERROR(EAGAIN) && !flushing) {
      moved = Feed();
    } else {
      moved = ErrorOf(options.path, result);
    }
    if (!moved.ok()) return moved;
  }
}

absl::Duration VideoFile::State::TimeOfPicture() {
  absl::Duration time = last + frame_time;
  const AVStream& track = *format->streams[stream];
  if (picture->best_effort_timestamp != AV_NOPTS_VALUE) {
    const int64_t start = track.start_time == AV_NOPTS_VALUE ? 0 : track.start_time;
    const int64_t micros = av_rescale_q(picture->best_effort_timestamp - start, track.time_base,
                                        AVRational{1, 1'000'000});
    time = base + absl::Microseconds(micros);
  }
  last = std::max(time, last + absl::Microseconds(1));
  any_picture = true;
  return last;
}

absl::StatusOr<std::unique_ptr<VideoFile>> VideoFile::Open(const Options& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  const absl::Status opened = state->Open();
  if (!opened.ok()) return opened;
  return std::unique_ptr<VideoFile>(new VideoFile(std::move(state)));
}

VideoFile::VideoFile(std::unique_ptr<State> state) : state_(std::move(state)) {}

VideoFile::~VideoFile() = default;

absl::StatusOr<absl::Duration> VideoFile::Next(Frame& out) {
  state_->Arm();
  const absl::Status decoded = state_->NextPicture();
  if (!decoded.ok()) return decoded;
  const absl::Duration time = state_->TimeOfPicture();
  const absl::Status converted = state_->to_frame.Convert(*state_->picture, true, out);
  av_frame_unref(state_->picture.get());
  if (!converted.ok()) return converted;
  return time;
}

}  // namespace relayfleet::av
