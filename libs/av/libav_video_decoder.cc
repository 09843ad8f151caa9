// SPDX-License-Identifier: Apache-2.0

#include "libs/av/libav_video_decoder.h"

#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/log_capture.h"
#include "libs/av/picture_converter.h"
#include "libs/base/limits.h"
#include "libs/media/annexb.h"

namespace relayfleet::av {
namespace {

// Packets whose pictures may still come: more than any codec reorders.
constexpr size_t kMaxPending = 64;

const AVCodec* DecoderOf(const media::Track& track) {
  switch (track.codec) {
    case media::Codec::kH264:
      return avcodec_find_decoder(AV_CODEC_ID_H264);
    case media::Codec::kH265:
      return avcodec_find_decoder(AV_CODEC_ID_HEVC);
    case media::Codec::kLibav: {
      const AVCodecDescriptor* codec = avcodec_descriptor_get_by_name(track.codec_name.c_str());
      return codec == nullptr ? nullptr : avcodec_find_decoder(codec->id);
    }
    default:
      return nullptr;
  }
}

std::string ExtradataOf(const media::Track& track) {
  if (track.codec == media::Codec::kLibav) return track.config;
  std::string sets;
  for (const std::string& set : {track.vps, track.sps, track.pps}) {
    if (!set.empty()) media::AppendNal(set, &sets);
  }
  return sets;
}

absl::Status SetExtradata(const std::string& bytes, AVCodecContext& context) {
  if (bytes.empty()) return absl::OkStatus();
  context.extradata =
      static_cast<uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (context.extradata == nullptr) return absl::ResourceExhaustedError("out of memory");
  std::memcpy(context.extradata, bytes.data(), bytes.size());
  context.extradata_size = static_cast<int>(bytes.size());
  return absl::OkStatus();
}

}  // namespace

struct LibavVideoDecoder::State {
  State(const media::Track& track, const Options& options)
      : converter(options.width, options.height, options.fit, track.rotation) {}

  absl::Status Open(const media::Track& track);
  absl::Status Send(const media::Packet& media);
  void BeginAnew();

  std::string name;
  CodecContextPtr context;
  AvPacketPtr packet{av_packet_alloc()};
  AvFramePtr picture{av_frame_alloc()};
  PictureConverter converter;
  // libav carries a number along with each packet, which stands for what came with it.
  int64_t last_number = 0;
  std::map<int64_t, media::Packet> pending;
  int refused = -1;  // packets since an error; -1: none is refused
};

absl::Status LibavVideoDecoder::State::Open(const media::Track& track) {
  const AVCodec* codec = DecoderOf(track);
  if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO) {
    return absl::InvalidArgumentError(
        absl::StrCat("libav has no decoder for video of ",
                     track.codec_name.empty() ? "this codec" : track.codec_name));
  }
  name = codec->name;
  context.reset(avcodec_alloc_context3(codec));
  const absl::Status extradata = SetExtradata(ExtradataOf(track), *context);
  if (!extradata.ok()) return extradata;
  context->thread_count = 1;
  context->max_pixels = base::kMaxPixels;
  context->width = track.width;
  context->height = track.height;
  // Other decoders take it for "there are no B-pictures".
  if (track.codec != media::Codec::kLibav) context->flags |= AV_CODEC_FLAG_LOW_DELAY;
  const LogCapture log;
  const int result = avcodec_open2(context.get(), codec, nullptr);
  if (result < 0) return absl::InvalidArgumentError(log.Explain(name, result));
  return absl::OkStatus();
}

absl::Status LibavVideoDecoder::State::Send(const media::Packet& media) {
  // libav reads past the end: its own allocation has the padding it wants.
  int result = av_new_packet(packet.get(), static_cast<int>(media.payload->size()));
  if (result < 0) return absl::ResourceExhaustedError(AvErrorText(name, result));
  std::memcpy(packet->data, media.payload->data(), media.payload->size());
  packet->pts = packet->dts = ++last_number;
  if (media.key) packet->flags |= AV_PKT_FLAG_KEY;
  media::Packet& kept = pending.emplace(last_number, media).first->second;
  kept.payload = nullptr;
  if (pending.size() > kMaxPending) pending.erase(pending.begin());
  const LogCapture log;
  result = avcodec_send_packet(context.get(), packet.get());
  av_packet_unref(packet.get());
  if (result < 0) return absl::InvalidArgumentError(log.Explain(name, result));
  return absl::OkStatus();
}

void LibavVideoDecoder::State::BeginAnew() {
  avcodec_flush_buffers(context.get());
  pending.clear();
  refused = 0;
}

absl::StatusOr<std::unique_ptr<VideoDecoder>> LibavVideoDecoder::Create(const media::Track& track,
                                                                        const Options& options) {
  auto state = std::make_unique<State>(track, options);
  const absl::Status opened = state->Open(track);
  if (!opened.ok()) return opened;
  return std::unique_ptr<VideoDecoder>(new LibavVideoDecoder(std::move(state)));
}

LibavVideoDecoder::LibavVideoDecoder(std::unique_ptr<State> state) : state_(std::move(state)) {}

LibavVideoDecoder::~LibavVideoDecoder() = default;

absl::Status LibavVideoDecoder::Push(const media::Packet& packet) {
  if (packet.payload == nullptr || packet.payload->empty()) {
    return absl::InvalidArgumentError("empty packet");
  }
  if (state_->refused >= 0 && !packet.key && ++state_->refused <= kMaxRefused) {
    return absl::InvalidArgumentError("damaged before; waits for a key frame");
  }
  state_->refused = -1;
  absl::Status sent = state_->Send(packet);
  if (!sent.ok()) state_->BeginAnew();
  return sent;
}

void LibavVideoDecoder::Finish() { avcodec_send_packet(state_->context.get(), nullptr); }

std::optional<media::Packet> LibavVideoDecoder::Next() {
  const LogCapture log;
  while (true) {
    const int result = avcodec_receive_frame(state_->context.get(), state_->picture.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return std::nullopt;
    if (result < 0) {
      state_->BeginAnew();
      return std::nullopt;
    }
    const auto found = state_->pending.find(state_->picture->pts);
    if (found == state_->pending.end()) continue;  // older than all that is remembered
    media::Packet packet = std::move(found->second);
    state_->pending.erase(found);
    return packet;
  }
}

absl::Status LibavVideoDecoder::Take(Frame& out) {
  const LogCapture log;
  const absl::Status converted = state_->converter.Convert(*state_->picture, out);
  av_frame_unref(state_->picture.get());
  return converted;
}

void LibavVideoDecoder::SkipNonReference(bool skip) {
  state_->context->skip_frame = skip ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
}

}  // namespace relayfleet::av
