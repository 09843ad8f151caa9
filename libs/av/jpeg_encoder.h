// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_JPEG_ENCODER_H_
#define RELAYFLEET_LIBS_AV_JPEG_ENCODER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/av/frame.h"

namespace relayfleet::av {

// Makes JPEGs out of planar pictures (TurboJPEG): Frame in, whole JPEG out. One user at a time.
class JpegEncoder {
 public:
  struct Options {
    int quality = 80;          // 1 to 100
    bool progressive = false;  // smaller and much slower
  };

  explicit JpegEncoder(const Options& options);
  ~JpegEncoder();

  // Chroma format as in `picture`. A limited-range picture is converted to full range first.
  absl::StatusOr<std::string> Encode(const Frame& picture);

 private:
  struct State;
  const Options options_;
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_JPEG_ENCODER_H_
