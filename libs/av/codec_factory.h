// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_CODEC_FACTORY_H_
#define RELAYFLEET_LIBS_AV_CODEC_FACTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/av/picture_decoder.h"
#include "libs/av/video_encoder.h"

namespace relayfleet::av {

// Makes the codecs of a transcoding session. Thread-safe.
class CodecFactory {
 public:
  virtual ~CodecFactory() = default;

  // Decodes JPEG into pictures of that size.
  virtual std::unique_ptr<PictureDecoder> NewDecoder(int width, int height) = 0;

  virtual absl::StatusOr<std::unique_ptr<VideoEncoder>> NewEncoder(
      const VideoEncoder::Options& options) = 0;

  // Name of the encoder that NewEncoder() makes, e.g. "libx264".
  virtual std::string encoder_name() const = 0;
};

// libjpeg-turbo and libx264.
class SoftwareCodecs final : public CodecFactory {
 public:
  std::unique_ptr<PictureDecoder> NewDecoder(int width, int height) override;
  absl::StatusOr<std::unique_ptr<VideoEncoder>> NewEncoder(
      const VideoEncoder::Options& options) override;
  std::string encoder_name() const override;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_CODEC_FACTORY_H_
