// SPDX-License-Identifier: Apache-2.0

#include "libs/av/libav_jpeg_decoder.h"

#include <cstring>

#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/to_frame.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {

struct LibavJpegDecoder::State {
  absl::Status Open();

  CodecContextPtr context;
  AvPacketPtr packet{av_packet_alloc()};
  AvFramePtr picture{av_frame_alloc()};
  ToFrame to_frame;
};

absl::Status LibavJpegDecoder::State::Open() {
  if (context != nullptr) return absl::OkStatus();
  const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
  CodecContextPtr opened(avcodec_alloc_context3(codec));
  if (opened == nullptr) return absl::InternalError("libav has no JPEG decoder");
  opened->thread_count = 1;
  opened->err_recognition = AV_EF_EXPLODE;
  opened->max_pixels = media::kMaxJpegPixels;
  const int result = avcodec_open2(opened.get(), codec, nullptr);
  if (result < 0) return absl::InternalError(AvErrorText("libav's JPEG decoder", result));
  context = std::move(opened);
  return absl::OkStatus();
}

LibavJpegDecoder::LibavJpegDecoder() : state_(std::make_unique<State>()) {}

LibavJpegDecoder::~LibavJpegDecoder() = default;

absl::Status LibavJpegDecoder::Decode(absl::string_view jpeg, Frame& out) {
  const absl::Status opened = state_->Open();
  if (!opened.ok()) return opened;
  AVPacket* packet = state_->packet.get();
  // libav reads past the end: its own allocation has the padding it wants.
  int result = av_new_packet(packet, static_cast<int>(jpeg.size()));
  if (result < 0) return absl::ResourceExhaustedError(AvErrorText("JPEG", result));
  std::memcpy(packet->data, jpeg.data(), jpeg.size());
  result = avcodec_send_packet(state_->context.get(), packet);
  av_packet_unref(packet);
  if (result >= 0) result = avcodec_receive_frame(state_->context.get(), state_->picture.get());
  if (result < 0 || state_->picture->decode_error_flags != 0) {
    state_->context.reset();  // An error may leave it between two pictures.
    return absl::InvalidArgumentError(result < 0 ? AvErrorText("damaged JPEG", result)
                                                 : "damaged JPEG");
  }
  const absl::Status converted = state_->to_frame.Convert(*state_->picture, false, out);
  av_frame_unref(state_->picture.get());
  return converted;
}

}  // namespace relayfleet::av
