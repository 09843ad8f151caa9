// SPDX-License-Identifier: Apache-2.0

#include "libs/av/codec_factory.h"

#include "libs/av/encoder_kinds.h"
#include "libs/av/h264_encoder.h"
#include "libs/av/jpeg_picture_decoder.h"
#include "libs/av/libav_video_decoder.h"

namespace relayfleet::av {

std::unique_ptr<PictureDecoder> LibavCodecs::NewDecoder(int width, int height, media::Fit fit) {
  return std::make_unique<JpegPictureDecoder>(width, height, fit);
}

absl::StatusOr<std::unique_ptr<VideoDecoder>> LibavCodecs::NewVideoDecoder(
    const media::Track& track, const VideoDecoder::Options& options) {
  return LibavVideoDecoder::Create(track, options);
}

absl::StatusOr<std::unique_ptr<VideoEncoder>> LibavCodecs::NewEncoder(
    absl::string_view name, const VideoEncoder::Options& options) {
  return H264Encoder::Create(name, options);
}

std::vector<media::EncoderReport> LibavCodecs::KnownEncoders() const {
  std::vector<media::EncoderReport> known;
  for (const EncoderKind& kind : EncoderKinds()) {
    known.push_back({.name = kind.name, .hardware = kind.hardware});
  }
  return known;
}

}  // namespace relayfleet::av
