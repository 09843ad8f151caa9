// SPDX-License-Identifier: Apache-2.0

#include "libs/av/deinterlace.h"

#include <algorithm>

namespace relayfleet::av {
namespace {

using Row = uint8_t* __restrict;
using ConstRow = const uint8_t* __restrict;

void BlendRow(ConstRow above, ConstRow row, ConstRow below, Row out, int n) {
  for (int i = 0; i < n; ++i) {
    out[i] = static_cast<uint8_t>((above[i] + 2u * row[i] + below[i] + 2u) >> 2);
  }
}

}  // namespace

void BlendFields(const Frame& in, Frame& out) {
  out.Reset(in.width(), in.height(), in.chroma(), in.full_range());
  out.set_colours(in.colours());
  for (int i = 0; i < in.planes(); ++i) {
    const PlaneView& from = in.plane(i);
    const PlaneView& to = out.plane(i);
    const auto row = [&](int y) {
      return from.data + std::clamp(y, 0, from.height - 1) * from.stride;
    };
    for (int y = 0; y < from.height; ++y) {
      BlendRow(row(y - 1), row(y), row(y + 1), to.data + y * to.stride, from.width);
    }
  }
}

}  // namespace relayfleet::av
