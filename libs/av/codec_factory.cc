// SPDX-License-Identifier: Apache-2.0

#include "libs/av/codec_factory.h"

#include "libs/av/h264_encoder.h"
#include "libs/av/jpeg_picture_decoder.h"

namespace relayfleet::av {

std::unique_ptr<PictureDecoder> SoftwareCodecs::NewDecoder(int width, int height) {
  return std::make_unique<JpegPictureDecoder>(width, height);
}

absl::StatusOr<std::unique_ptr<VideoEncoder>> SoftwareCodecs::NewEncoder(
    const VideoEncoder::Options& options) {
  return H264Encoder::Create(options);
}

std::string SoftwareCodecs::encoder_name() const { return "libx264"; }

}  // namespace relayfleet::av
