// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_JPEG_DECODER_H_
#define RELAYFLEET_LIBS_AV_JPEG_DECODER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/av/frame.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {

class LibavJpegDecoder;

// Decompresses JPEGs into planar pictures as they are stored: full range, own chroma format, not
// turned by EXIF. TurboJPEG does nearly all of them; what it refuses (RGB, CMYK, odd subsampling)
// goes to libav and comes out as 4:2:0. Keeps its decompressors. One user at a time.
class JpegDecoder {
 public:
  JpegDecoder();
  ~JpegDecoder();

  // Decodes `jpeg`, whose header is `header`, into `out`. A picture of at least twice
  // min_width x min_height comes out at a half, a quarter or an eighth of its size, still not
  // below them: decoding less is the cheapest way of scaling. INVALID_ARGUMENT if it is damaged.
  absl::Status Decode(absl::string_view jpeg, const media::JpegHeader& header, int min_width,
                      int min_height, Frame& out);

 private:
  struct Turbo;

  absl::Status DecodeWithTurbo(absl::string_view jpeg, int divisor, Chroma chroma,
                               const media::JpegHeader& header, Frame& out);

  const std::unique_ptr<Turbo> turbo_;
  std::unique_ptr<LibavJpegDecoder> libav_;  // made when first needed
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_JPEG_DECODER_H_
