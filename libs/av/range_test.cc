// SPDX-License-Identifier: Apache-2.0

#include "libs/av/range.h"

#include <cmath>

#include "gtest/gtest.h"

namespace relayfleet::av {
namespace {

// Luma runs through all values, chroma too.
Frame Ramp(Chroma chroma, int width, int height) {
  Frame frame;
  frame.Reset(width, height, chroma, true);
  for (int i = 0; i < frame.planes(); ++i) {
    const PlaneView& plane = frame.plane(i);
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        plane.data[y * plane.stride + x] = static_cast<uint8_t>(x * 255 / (plane.width - 1));
      }
    }
  }
  return frame;
}

void ExpectLimited(const Frame& in, const Frame& out) {
  ASSERT_EQ(out.width(), in.width());
  ASSERT_EQ(out.chroma(), Chroma::k420);
  EXPECT_FALSE(out.full_range());
  for (int x = 0; x < in.width(); ++x) {
    EXPECT_NEAR(out.plane(0).data[x], 16 + in.plane(0).data[x] * 219 / 255.0, 1) << x;
  }
  if (in.chroma() != Chroma::k420) return;
  for (int x = 0; x < in.width() / 2; ++x) {
    EXPECT_NEAR(out.plane(1).data[x], 128 + (in.plane(1).data[x] - 128) * 224 / 255.0, 1) << x;
  }
}

TEST(Range, GoesFromFullToLimited) {
  const Frame in = Ramp(Chroma::k420, 512, 4);
  Frame out;
  FullToLimited(in, out);
  ExpectLimited(in, out);
  EXPECT_EQ(out.plane(0).data[0], 16);
  EXPECT_EQ(out.plane(0).data[511], 235);
  EXPECT_EQ(out.plane(1).data[0], 16);
  EXPECT_EQ(out.plane(1).data[255], 240);
  EXPECT_EQ(out.plane(2).data[128], 128);
}

TEST(Range, ConvertsInPlaceAlike) {
  const Frame in = Ramp(Chroma::k420, 510, 6);
  Frame out = Ramp(Chroma::k420, 510, 6);
  FullToLimited(out);
  ExpectLimited(in, out);
}

TEST(Range, AveragesChromaOfLargerFormats) {
  for (const Chroma chroma : {Chroma::k422, Chroma::k444}) {
    const Frame in = Ramp(chroma, 512, 4);
    Frame out;
    FullToLimited(in, out);
    ExpectLimited(in, out);
    for (int x = 0; x < 256; ++x) EXPECT_NEAR(out.plane(2).data[x], 16 + x * 224 / 255.0, 1.5);
  }
}

TEST(Range, TakesOddSides) {
  for (const Chroma chroma : {Chroma::kGrey, Chroma::k420, Chroma::k422, Chroma::k444}) {
    const Frame in = Ramp(chroma, 35, 35);
    Frame out;
    FullToLimited(in, out);
    ExpectLimited(in, out);
    EXPECT_EQ(out.plane(1).width, 18);
    const int last = chroma == Chroma::kGrey ? 128 : 240;
    EXPECT_EQ(out.plane(1).data[17 * out.plane(1).stride + 17], last);
  }
}

TEST(Range, GoesBackWithinRounding) {
  const Frame in = Ramp(Chroma::k420, 512, 4);
  Frame limited, full;
  FullToLimited(in, limited);
  LimitedToFull(limited, full);
  EXPECT_TRUE(full.full_range());
  for (int x = 0; x < 512; ++x) EXPECT_NEAR(full.plane(0).data[x], in.plane(0).data[x], 2);
  for (int x = 0; x < 256; ++x) EXPECT_NEAR(full.plane(1).data[x], in.plane(1).data[x], 2);
}

}  // namespace
}  // namespace relayfleet::av
