// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_SCALER_H_
#define RELAYFLEET_LIBS_AV_SCALER_H_

#include <memory>

#include "absl/status/status.h"
#include "libs/av/frame.h"

namespace relayfleet::av {

// Part of a picture, in luma pixels. All even, so that chroma rows and columns are whole.
struct Region {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  friend bool operator==(const Region&, const Region&) = default;
};

// The largest region with the aspect of in_width x in_height, in the middle of width x height.
Region FitInto(int in_width, int in_height, int width, int height);

// Brings pictures of any size, chroma format and range into one size as limited-range I420:
// aspect kept, black around. The size that comes in may change from picture to picture. A picture
// of the right size is only converted (range.h), others go through swscale, range in the same
// pass, with one context kept per geometry. One user at a time.
class Scaler {
 public:
  // The size that comes out: even, in pixels.
  Scaler(int width, int height);
  ~Scaler();

  // Writes `in`, turned by its EXIF `orientation`, to `out`.
  absl::Status Fit(const Frame& in, int orientation, Frame& out);

 private:
  struct Context;

  absl::Status Scale(const Frame& in, Frame& out, const Region& region);

  const int width_;
  const int height_;
  const std::unique_ptr<Context> context_;
  Frame turned_;  // scaled, not yet upright
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_SCALER_H_
