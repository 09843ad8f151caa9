// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_JPEG_PICTURE_DECODER_H_
#define RELAYFLEET_LIBS_AV_JPEG_PICTURE_DECODER_H_

#include "libs/av/jpeg_decoder.h"
#include "libs/av/picture_decoder.h"
#include "libs/av/scaler.h"
#include "libs/media/encoding.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {

// JPEG in, video picture of a fixed size out: header check, decompression, EXIF orientation,
// fit, full to limited range. One user at a time.
class JpegPictureDecoder final : public PictureDecoder {
 public:
  // Size that comes out: even, in pixels.
  JpegPictureDecoder(int width, int height, media::Fit fit = media::Fit::kContain);

  absl::Status Decode(absl::string_view image, Frame& out) override;

 private:
  Region WantedSize(const media::JpegHeader& header) const;

  const int width_;
  const int height_;
  const media::Fit fit_;
  JpegDecoder decoder_;
  Scaler scaler_;
  Frame source_;  // as stored in the JPEG
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_JPEG_PICTURE_DECODER_H_
