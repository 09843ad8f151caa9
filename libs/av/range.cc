// SPDX-License-Identifier: Apache-2.0

#include "libs/av/range.h"

#include <algorithm>
#include <cstring>

namespace relayfleet::av {
namespace {

// 219/255 and 224/255 in units of 1/256. All intermediate values fit 16 bits, so that a vector
// register holds eight of them; the result is off by one at most.
inline uint8_t LimitedLuma(unsigned y) {
  return static_cast<uint8_t>((static_cast<uint16_t>(y * 220 + 128) >> 8) + 16);
}
inline uint8_t LimitedChroma(unsigned c) {
  return static_cast<uint8_t>(static_cast<uint16_t>(c * 225 + 4096) >> 8);
}
inline uint8_t FullLuma(int y) {
  return static_cast<uint8_t>(std::clamp(((y - 16) * 298 + 128) >> 8, 0, 255));
}
inline uint8_t FullChroma(int c) {
  return static_cast<uint8_t>(std::clamp((((c - 128) * 291 + 128) >> 8) + 128, 0, 255));
}

using Row = uint8_t* __restrict;
using ConstRow = const uint8_t* __restrict;

void LumaRow(ConstRow in, Row out, int n) {
  for (int i = 0; i < n; ++i) out[i] = LimitedLuma(in[i]);
}
void ChromaRow(ConstRow in, Row out, int n) {
  for (int i = 0; i < n; ++i) out[i] = LimitedChroma(in[i]);
}
// In place: a loop of two pointers would be checked for overlap, and then not vectorised.
void LumaRow(uint8_t* row, int n) {
  for (int i = 0; i < n; ++i) row[i] = LimitedLuma(row[i]);
}
void ChromaRow(uint8_t* row, int n) {
  for (int i = 0; i < n; ++i) row[i] = LimitedChroma(row[i]);
}
// The mean of two rows.
void ChromaRow2(ConstRow a, ConstRow b, Row out, int n) {
  for (int i = 0; i < n; ++i) out[i] = LimitedChroma((a[i] + b[i] + 1u) >> 1);
}
// The mean of 2x2 samples.
void ChromaRow4(ConstRow a, ConstRow b, Row out, int n) {
  for (int i = 0; i < n; ++i) {
    out[i] = LimitedChroma((a[2 * i] + a[2 * i + 1] + b[2 * i] + b[2 * i + 1] + 2u) >> 2);
  }
}

const uint8_t* At(const PlaneView& plane, int row) { return plane.data + row * plane.stride; }
uint8_t* MutableAt(const PlaneView& plane, int row) { return plane.data + row * plane.stride; }

void ConvertChroma(Chroma from, const PlaneView& in, const PlaneView& out) {
  const int last = in.height - 1;
  for (int row = 0; row < out.height; ++row) {
    const int upper = std::min(2 * row, last), lower = std::min(2 * row + 1, last);
    uint8_t* to = MutableAt(out, row);
    if (from == Chroma::k420) {
      ChromaRow(At(in, row), to, out.width);
    } else if (from == Chroma::k422) {
      ChromaRow2(At(in, upper), At(in, lower), to, out.width);
    } else {
      ChromaRow4(At(in, upper), At(in, lower), to, in.width / 2);
      if (in.width % 2 != 0) to[out.width - 1] = LimitedChroma(At(in, upper)[in.width - 1]);
    }
  }
}

}  // namespace

bool CanConvertToLimited(Chroma chroma) { return chroma != Chroma::k440 && chroma != Chroma::k411; }

void FullToLimited(const Frame& in, Frame& out) {
  out.ResetI420(in.width(), in.height());
  for (int row = 0; row < in.height(); ++row) {
    LumaRow(At(in.plane(0), row), MutableAt(out.plane(0), row), in.width());
  }
  for (int plane = 1; plane < 3; ++plane) {
    const PlaneView& to = out.plane(plane);
    if (in.chroma() == Chroma::kGrey) {
      std::memset(to.data, 128, static_cast<size_t>(to.stride) * to.height);
    } else {
      ConvertChroma(in.chroma(), in.plane(plane), to);
    }
  }
}

void FullToLimited(Frame& frame) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneView& view = frame.plane(plane);
    for (int row = 0; row < view.height; ++row) {
      uint8_t* at = MutableAt(view, row);
      plane == 0 ? LumaRow(at, view.width) : ChromaRow(at, view.width);
    }
  }
  frame.ResetI420(frame.width(), frame.height());
}

void LimitedToFull(const Frame& in, Frame& out) {
  out.Reset(in.width(), in.height(), in.chroma(), true);
  for (int plane = 0; plane < in.planes(); ++plane) {
    const PlaneView& view = in.plane(plane);
    for (int row = 0; row < view.height; ++row) {
      const uint8_t* from = At(view, row);
      uint8_t* to = MutableAt(out.plane(plane), row);
      for (int i = 0; i < view.width; ++i) {
        to[i] = plane == 0 ? FullLuma(from[i]) : FullChroma(from[i]);
      }
    }
  }
}

}  // namespace relayfleet::av
