// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_CODEC_FACTORY_H_
#define RELAYFLEET_LIBS_AV_CODEC_FACTORY_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/av/picture_decoder.h"
#include "libs/av/video_decoder.h"
#include "libs/av/video_encoder.h"
#include "libs/media/encoding.h"
#include "libs/media/stream.h"

namespace relayfleet::av {

// Makes the codecs of a transcoding session. Thread-safe.
class CodecFactory {
 public:
  virtual ~CodecFactory() = default;

  // Decodes JPEG into pictures of that size.
  virtual std::unique_ptr<PictureDecoder> NewDecoder(int width, int height, media::Fit fit) = 0;

  // Decodes a track that is not JPEG. INVALID_ARGUMENT if it can't be.
  virtual absl::StatusOr<std::unique_ptr<VideoDecoder>> NewVideoDecoder(
      const media::Track& track, const VideoDecoder::Options& options) = 0;

  // `name`: one of KnownEncoders().
  virtual absl::StatusOr<std::unique_ptr<VideoEncoder>> NewEncoder(
      absl::string_view name, const VideoEncoder::Options& options) = 0;

  // Names and kinds of what NewEncoder() may be asked for, best first. None of them is tried here.
  virtual std::vector<media::EncoderReport> KnownEncoders() const = 0;
};

// libjpeg-turbo and libav.
class LibavCodecs final : public CodecFactory {
 public:
  std::unique_ptr<PictureDecoder> NewDecoder(int width, int height, media::Fit fit) override;
  absl::StatusOr<std::unique_ptr<VideoDecoder>> NewVideoDecoder(
      const media::Track& track, const VideoDecoder::Options& options) override;
  absl::StatusOr<std::unique_ptr<VideoEncoder>> NewEncoder(
      absl::string_view name, const VideoEncoder::Options& options) override;
  std::vector<media::EncoderReport> KnownEncoders() const override;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_CODEC_FACTORY_H_
