// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_LIBAV_JPEG_DECODER_H_
#define RELAYFLEET_LIBS_AV_LIBAV_JPEG_DECODER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/av/frame.h"

namespace relayfleet::av {

// Decompresses JPEGs of unusual kinds through libav: several times slower than TurboJPEG, but
// takes RGB, CMYK and odd subsampling. One user at a time.
class LibavJpegDecoder {
 public:
  LibavJpegDecoder();
  ~LibavJpegDecoder();

  // Decodes `jpeg` into `out` as full-range 4:2:0. INVALID_ARGUMENT if it can't be decoded.
  absl::Status Decode(absl::string_view jpeg, Frame& out);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_LIBAV_JPEG_DECODER_H_
