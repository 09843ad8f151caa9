// SPDX-License-Identifier: Apache-2.0

#include "libs/av/testing/h264_decoder.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "libs/av/ffmpeg_ptr.h"

namespace relayfleet::av::testing {

struct H264Decoder::State {
  CodecContextPtr context;
  AvPacketPtr packet{av_packet_alloc()};
  AvFramePtr picture{av_frame_alloc()};
};

H264Decoder::H264Decoder() : state_(std::make_unique<State>()) {
  const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_H264);
  state_->context.reset(avcodec_alloc_context3(codec));
  state_->context->thread_count = 1;
  state_->context->flags |= AV_CODEC_FLAG_LOW_DELAY;
  avcodec_open2(state_->context.get(), codec, nullptr);
}

H264Decoder::~H264Decoder() = default;

absl::StatusOr<Frame> H264Decoder::Decode(absl::string_view access_unit) {
  AVPacket* packet = state_->packet.get();
  av_new_packet(packet, static_cast<int>(access_unit.size()));
  std::memcpy(packet->data, access_unit.data(), access_unit.size());
  int result = avcodec_send_packet(state_->context.get(), packet);
  av_packet_unref(packet);
  AVFrame& picture = *state_->picture;
  if (result >= 0) result = avcodec_receive_frame(state_->context.get(), &picture);
  if (result < 0) return absl::InvalidArgumentError(AvErrorText("H.264", result));
  bt601_ = picture.colorspace == AVCOL_SPC_SMPTE170M;
  Frame out;
  const bool full_range = picture.color_range == AVCOL_RANGE_JPEG;
  out.Reset(picture.width, picture.height, Chroma::k420, full_range);
  for (int i = 0; i < 3; ++i) {
    const PlaneView& plane = out.plane(i);
    for (int row = 0; row < plane.height; ++row) {
      std::memcpy(plane.data + row * plane.stride, picture.data[i] + row * picture.linesize[i],
                  plane.width);
    }
  }
  return out;
}

double LumaPsnr(const Frame& a, const Frame& b) { return PlanePsnr(a, b, 0); }

double PlanePsnr(const Frame& a, const Frame& b, int plane) {
  const PlaneView& left = a.plane(plane);
  const PlaneView& right = b.plane(plane);
  double squares = 0;
  for (int y = 0; y < left.height; ++y) {
    for (int x = 0; x < left.width; ++x) {
      const int difference = left.data[y * left.stride + x] - right.data[y * right.stride + x];
      squares += difference * difference;
    }
  }
  if (squares == 0) return 100;
  return 10 * std::log10(255.0 * 255.0 * left.width * left.height / squares);
}

}  // namespace relayfleet::av::testing
