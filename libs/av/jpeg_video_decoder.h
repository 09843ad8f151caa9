// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_JPEG_VIDEO_DECODER_H_
#define RELAYFLEET_LIBS_AV_JPEG_VIDEO_DECODER_H_

#include <memory>
#include <optional>
#include <utility>

#include "libs/av/picture_decoder.h"
#include "libs/av/video_decoder.h"

namespace relayfleet::av {

// A track of JPEGs: each packet is a picture of its own, which Take() decodes. One user at a time.
class JpegVideoDecoder final : public VideoDecoder {
 public:
  explicit JpegVideoDecoder(std::unique_ptr<PictureDecoder> decoder)
      : decoder_(std::move(decoder)) {}

  absl::Status Push(const media::Packet& packet) override;
  void Finish() override {}
  std::optional<media::Packet> Next() override;
  absl::Status Take(Frame& out) override;
  void SkipNonReference(bool) override {}

 private:
  const std::unique_ptr<PictureDecoder> decoder_;
  std::optional<media::Packet> next_;
  media::Payload current_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_JPEG_VIDEO_DECODER_H_
