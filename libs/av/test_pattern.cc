// SPDX-License-Identifier: Apache-2.0

#include "libs/av/test_pattern.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/str_format.h"

namespace relayfleet::av {
namespace {

struct Colour {
  uint8_t y, cb, cr;
};
constexpr Colour kBlack{0, 128, 128}, kWhite{255, 128, 128};
// White, yellow, cyan, green, magenta, red, blue, black: full-range BT.601.
constexpr Colour kBars[] = {{255, 128, 128}, {226, 1, 149}, {179, 171, 1},  {150, 44, 21},
                            {105, 212, 235}, {76, 85, 255}, {29, 255, 107}, kBlack};

// Glyphs of 5x7 dots: seven rows from above, bit 4 is the left dot.
constexpr uint8_t kDigits[10][7] = {
    {0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E}, {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E},
    {0x0E, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1F}, {0x0E, 0x11, 0x01, 0x06, 0x01, 0x11, 0x0E},
    {0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02}, {0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E},
    {0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E}, {0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08},
    {0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E}, {0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C},
};
constexpr uint8_t kColon[7] = {0, 0x04, 0x04, 0, 0x04, 0x04, 0};
constexpr uint8_t kPoint[7] = {0, 0, 0, 0, 0, 0x0C, 0x0C};
constexpr int kGlyphWidth = 6;  // with the gap to the next
constexpr int kGlyphHeight = 7;

const uint8_t* GlyphOf(char c) {
  if (c >= '0' && c <= '9') return kDigits[c - '0'];
  return c == ':' ? kColon : kPoint;
}

// Fills a rectangle, clipped to the picture; sides and position are rounded down to even.
void Fill(Frame& out, int x, int y, int width, int height, Colour colour) {
  const uint8_t values[] = {colour.y, colour.cb, colour.cr};
  const int left = std::max(x, 0), top = std::max(y, 0);
  const int right = std::min(x + width, out.width());
  const int bottom = std::min(y + height, out.height());
  if (left >= right) return;
  for (int i = 0; i < 3; ++i) {
    const PlaneView& plane = out.plane(i);
    const int divisor = i == 0 ? 1 : 2;
    const int end = std::min(right / divisor, plane.width);
    for (int row = top / divisor; row < bottom / divisor; ++row) {
      std::memset(plane.data + row * plane.stride + left / divisor, values[i],
                  std::max(0, end - left / divisor));
    }
  }
}

// White on black, dots of `dot` pixels (even), from the upper left corner.
void DrawText(Frame& out, int x, int y, int dot, absl::string_view text) {
  const int width = static_cast<int>(text.size()) * kGlyphWidth;
  Fill(out, x - dot, y - dot, (width + 1) * dot, (kGlyphHeight + 2) * dot, kBlack);
  for (const char c : text) {
    const uint8_t* glyph = GlyphOf(c);
    for (int row = 0; row < kGlyphHeight; ++row) {
      for (int column = 0; column < 5; ++column) {
        if ((glyph[row] >> (4 - column) & 1) == 0) continue;
        Fill(out, x + column * dot, y + row * dot, dot, dot, kWhite);
      }
    }
    x += kGlyphWidth * dot;
  }
}

void DrawBars(Frame& out) {
  for (int i = 0; i < 8; ++i) {
    const int left = out.width() * i / 8 & ~1, right = out.width() * (i + 1) / 8 & ~1;
    Fill(out, left, 0, right - left, out.height(), kBars[i]);
  }
}

}  // namespace

void TestPattern::Draw(uint64_t number, absl::Time time, Frame& out) const {
  constexpr int kClockLength = 12;  // hh:mm:ss.mmm
  out.Reset(options_.width, options_.height, Chroma::k420, true);
  DrawBars(out);
  const int side = std::max(2, out.height() / 8 & ~1);
  const int track = std::max(1, out.width() - side);
  // Once across in three seconds of 30 frames.
  const int x = static_cast<int>(number % 90 * track / 90) & ~1;
  Fill(out, x, out.height() - 2 * side, side, side, kWhite);
  const int dot = std::max(2, out.width() / ((kClockLength + 2) * kGlyphWidth) & ~1);
  const int left = (out.width() - kClockLength * kGlyphWidth * dot) / 2 & ~1;
  const int millis = static_cast<int>(absl::ToUnixMillis(time) % 1000);
  DrawText(out, left, out.height() / 6 & ~1, dot,
           absl::StrFormat("%s.%03d", absl::FormatTime("%H:%M:%S", time, options_.zone), millis));
  DrawText(out, left, (out.height() / 6 & ~1) + (kGlyphHeight + 4) * dot, dot,
           absl::StrFormat("%08d", number % 100'000'000));
}

}  // namespace relayfleet::av
