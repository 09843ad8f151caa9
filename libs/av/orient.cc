// SPDX-License-Identifier: Apache-2.0

#include "libs/av/orient.h"

#include <algorithm>
#include <cstddef>

namespace relayfleet::av {
namespace {

// Where the upper left pixel of the upright picture is stored, and the steps from there to its
// right and lower neighbours.
struct Walk {
  const uint8_t* origin;
  ptrdiff_t right;
  ptrdiff_t down;
};

Walk WalkOf(const PlaneView& in, int orientation) {
  const ptrdiff_t row = in.stride;
  const uint8_t* const top = in.data;
  const uint8_t* const bottom = top + row * (in.height - 1);
  const ptrdiff_t end = in.width - 1;
  switch (orientation) {
    case 2:
      return {top + end, -1, row};
    case 3:
      return {bottom + end, -1, -row};
    case 4:
      return {bottom, 1, -row};
    case 5:
      return {top, row, 1};
    case 6:
      return {bottom, -row, 1};
    case 7:
      return {bottom + end, -row, -1};
    case 8:
      return {top + end, row, -1};
    default:
      return {top, 1, row};
  }
}

}  // namespace

void OrientPlane(const PlaneView& in, int orientation, const PlaneView& out) {
  constexpr int kTile = 32;  // of both sides: a column of it stays in the first cache
  const Walk walk = WalkOf(in, orientation);
  for (int top = 0; top < out.height; top += kTile) {
    for (int left = 0; left < out.width; left += kTile) {
      const int right = std::min(left + kTile, out.width);
      const int bottom = std::min(top + kTile, out.height);
      for (int y = top; y < bottom; ++y) {
        uint8_t* to = out.data + static_cast<ptrdiff_t>(y) * out.stride;
        const uint8_t* from = walk.origin + y * walk.down;
        for (int x = left; x < right; ++x) to[x] = from[x * walk.right];
      }
    }
  }
}

}  // namespace relayfleet::av
