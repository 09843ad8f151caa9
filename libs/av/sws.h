// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_SWS_H_
#define RELAYFLEET_LIBS_AV_SWS_H_

#include "libs/av/ffmpeg_ptr.h"

namespace relayfleet::av {

// What a swscale context does: `in` to 4:2:0 in BT.601.
struct SwsGeometry {
  int in_width = 0;
  int in_height = 0;
  AVPixelFormat in_format = AV_PIX_FMT_NONE;
  bool in_full_range = false;
  int in_coefficients = SWS_CS_ITU601;
  int out_width = 0;
  int out_height = 0;
  bool out_full_range = false;

  friend bool operator==(const SwsGeometry&, const SwsGeometry&) = default;
};

// A picture as libav has it. Views; what they point to outlives it.
struct SwsPicture {
  const uint8_t* planes[4] = {};
  int strides[4] = {};
  int width = 0;
  int height = 0;
  AVPixelFormat format = AV_PIX_FMT_NONE;
  bool full_range = false;
};

// `picture` from (x, y) on, width x height of it. x is a multiple of 4, y of 2: whole chroma
// samples of every format.
SwsPicture Crop(const SwsPicture& picture, int x, int y, int width, int height);

// A swscale context that is kept as long as the geometry stays. One user at a time.
class Sws {
 public:
  // Null if swscale refuses the geometry.
  SwsContext* Get(const SwsGeometry& geometry);

 private:
  SwsGeometry geometry_;
  SwsContextPtr context_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_SWS_H_
