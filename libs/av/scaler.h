// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_SCALER_H_
#define RELAYFLEET_LIBS_AV_SCALER_H_

#include <memory>

#include "absl/status/status.h"
#include "libs/av/frame.h"
#include "libs/media/encoding.h"

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

// What of a picture goes where, for a fit of two sizes.
struct Placement {
  Region from;  // as stored
  Region to;    // upright
};

// How a picture lies in memory, and how it is to be looked at.
struct Pose {
  int orientation = 1;      // EXIF
  double pixel_aspect = 1;  // width of a stored pixel by its height
};

// `from` is the whole picture, which may be odd, unless kCover cuts it.
Placement Place(int in_width, int in_height, const Pose& pose, media::Fit fit, int width,
                int height);

struct SwsPicture;

// Brings pictures of any size, chroma format and range into one size as limited-range I420, the
// matrix left as it is. The size that comes in may change from picture to picture. A picture
// of the right size is only converted (range.h), others go through swscale, range in the same
// pass, with one context kept per geometry. One user at a time.
class Scaler {
 public:
  // The size that comes out: even, in pixels.
  Scaler(int width, int height, media::Fit fit = media::Fit::kContain);
  ~Scaler();

  // Writes `in`, turned by its EXIF `orientation`, to `out`.
  absl::Status Fit(const Frame& in, int orientation, Frame& out) {
    return Fit(in, Pose{.orientation = orientation}, out);
  }
  absl::Status Fit(const Frame& in, const Pose& pose, Frame& out);
  // The same of a picture in a format that is not a Frame's.
  absl::Status Fit(const SwsPicture& in, const Pose& pose, Frame& out);

 private:
  struct Context;

  absl::Status Scale(const SwsPicture& in, Frame& out, const Region& region);

  const int width_;
  const int height_;
  const media::Fit fit_;
  const std::unique_ptr<Context> context_;
  Frame turned_;  // scaled, not yet upright
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_SCALER_H_
