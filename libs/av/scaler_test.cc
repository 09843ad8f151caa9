// SPDX-License-Identifier: Apache-2.0

#include "libs/av/scaler.h"

#include <cstring>

#include "gtest/gtest.h"

namespace relayfleet::av {
namespace {

// White in the upper left quarter, grey elsewhere, without colour.
Frame Quartered(int width, int height, Chroma chroma = Chroma::k420) {
  Frame frame;
  frame.Reset(width, height, chroma, true);
  for (int i = 0; i < frame.planes(); ++i) {
    const PlaneView& plane = frame.plane(i);
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        const bool white = i == 0 && x < width / 2 && y < height / 2;
        plane.data[y * plane.stride + x] = white ? 255 : 128;
      }
    }
  }
  return frame;
}

int Luma(const Frame& frame, int x, int y) {
  return frame.plane(0).data[y * frame.plane(0).stride + x];
}

constexpr int kBlack = 16, kWhite = 235, kGrey = 126;

TEST(FitInto, KeepsTheAspect) {
  EXPECT_EQ(FitInto(1920, 1080, 1280, 720), (Region{0, 0, 1280, 720}));
  EXPECT_EQ(FitInto(640, 480, 1280, 720), (Region{160, 0, 960, 720}));
  EXPECT_EQ(FitInto(1080, 1920, 1280, 720), (Region{436, 0, 406, 720}));
  EXPECT_EQ(FitInto(2000, 500, 1280, 720), (Region{0, 200, 1280, 320}));
  EXPECT_EQ(FitInto(65535, 1, 1280, 720), (Region{0, 358, 1280, 2}));
}

TEST(Scaler, PaintsBlackBeside) {
  Scaler scaler(1280, 720);
  Frame out;
  ASSERT_TRUE(scaler.Fit(Quartered(640, 480), 1, out).ok());
  EXPECT_EQ(Luma(out, 0, 0), kBlack);
  EXPECT_EQ(Luma(out, 159, 719), kBlack);
  EXPECT_EQ(Luma(out, 1120, 0), kBlack);
  EXPECT_EQ(Luma(out, 1279, 719), kBlack);
  EXPECT_NEAR(Luma(out, 162, 2), kWhite, 1);
  EXPECT_NEAR(Luma(out, 1110, 700), kGrey, 1);
  EXPECT_EQ(out.plane(1).data[0], 128);
}

TEST(Scaler, PaintsBlackAboveAndBelow) {
  Scaler scaler(1280, 720);
  Frame out;
  ASSERT_TRUE(scaler.Fit(Quartered(2000, 500), 1, out).ok());
  EXPECT_EQ(Luma(out, 640, 199), kBlack);
  EXPECT_EQ(Luma(out, 640, 520), kBlack);
  EXPECT_NEAR(Luma(out, 10, 202), kWhite, 2);
  EXPECT_NEAR(Luma(out, 1270, 515), kGrey, 1);
}

TEST(Scaler, FollowsAChangingSize) {
  Scaler scaler(320, 240);
  Frame out;
  for (const auto& [width, height] :
       {std::pair(640, 480), std::pair(320, 240), std::pair(33, 35), std::pair(1280, 720)}) {
    ASSERT_TRUE(scaler.Fit(Quartered(width, height), 1, out).ok());
    EXPECT_EQ(out.width(), 320);
    EXPECT_EQ(out.height(), 240);
    EXPECT_NEAR(Luma(out, 80, 80), kWhite, 2) << width;
    EXPECT_NEAR(Luma(out, 200, 180), kGrey, 2) << width;
  }
}

TEST(Scaler, TakesAllChromaFormats) {
  for (const Chroma chroma :
       {Chroma::kGrey, Chroma::k420, Chroma::k422, Chroma::k444, Chroma::k440, Chroma::k411}) {
    for (const int width : {64, 128}) {
      Scaler scaler(64, 64);
      Frame out;
      ASSERT_TRUE(scaler.Fit(Quartered(width, width, chroma), 1, out).ok());
      EXPECT_NEAR(Luma(out, 8, 8), kWhite, 2);
      EXPECT_NEAR(Luma(out, 56, 56), kGrey, 2);
      EXPECT_NEAR(out.plane(1).data[16 * out.plane(1).stride + 16], 128, 1);
    }
  }
}

TEST(Scaler, TurnsUpright) {
  // Where the white quarter of the stored picture is to be seen: right, lower.
  constexpr bool kSeen[9][2] = {{},
                                {false, false},
                                {true, false},
                                {true, true},
                                {false, true},
                                {false, false},
                                {true, false},
                                {true, true},
                                {false, true}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const bool swapped = orientation >= 5;
    Scaler scaler(160, 120);
    Frame out;
    ASSERT_TRUE(
        scaler.Fit(swapped ? Quartered(120, 160) : Quartered(160, 120), orientation, out).ok());
    const bool right = kSeen[orientation][0], lower = kSeen[orientation][1];
    EXPECT_NEAR(Luma(out, right ? 120 : 40, lower ? 90 : 30), kWhite, 2) << orientation;
    EXPECT_NEAR(Luma(out, right ? 40 : 120, lower ? 30 : 90), kGrey, 2) << orientation;
  }
}

TEST(Scaler, PadsATurnedPicture) {
  Scaler scaler(160, 120);
  Frame out;
  ASSERT_TRUE(scaler.Fit(Quartered(160, 120), 6, out).ok());  // 90x120 when upright
  EXPECT_EQ(Luma(out, 10, 60), kBlack);
  EXPECT_EQ(Luma(out, 150, 60), kBlack);
  EXPECT_NEAR(Luma(out, 100, 30), kWhite, 2);
  EXPECT_NEAR(Luma(out, 60, 90), kGrey, 2);
}

TEST(Place, CutsTheMiddleOutToCover) {
  const Placement wide = Place(1920, 1080, {}, media::Fit::kCover, 720, 720);
  EXPECT_EQ(wide.to, (Region{0, 0, 720, 720}));
  EXPECT_EQ(wide.from, (Region{420, 0, 1080, 1080}));
  const Placement turned = Place(1920, 1080, {.orientation = 6}, media::Fit::kCover, 1280, 720);
  EXPECT_EQ(turned.from.height, 1080);  // shown 1080x1920: a strip of it
  EXPECT_NEAR(turned.from.width, 1080 * 9 / 16, 2);
}

TEST(Place, HonoursThePixelsAspect) {
  // PAL 16:9: 720x576 of pixels 64:45 is shown as 1024x576.
  const Placement place =
      Place(720, 576, {.pixel_aspect = 64.0 / 45}, media::Fit::kContain, 1280, 720);
  EXPECT_EQ(place.from, (Region{0, 0, 720, 576}));
  EXPECT_EQ(place.to, (Region{0, 0, 1280, 720}));
}

TEST(Place, SurvivesExtremes) {
  for (const media::Fit fit : {media::Fit::kContain, media::Fit::kCover, media::Fit::kStretch}) {
    for (const int orientation : {1, 6}) {
      const Placement place =
          Place(65535, 1, {.orientation = orientation, .pixel_aspect = 8}, fit, 16, 4096);
      EXPECT_GE(place.from.width, 1);
      EXPECT_EQ(place.from.height, 1);
      EXPECT_LE(place.from.x + place.from.width, 65535);
      EXPECT_GE(place.to.width, 2);
    }
  }
}

TEST(Scaler, StretchesAndCovers) {
  Frame out;
  Scaler stretch(320, 320, media::Fit::kStretch);
  ASSERT_TRUE(stretch.Fit(Quartered(640, 320), 1, out).ok());
  EXPECT_NEAR(Luma(out, 10, 10), kWhite, 1);
  EXPECT_NEAR(Luma(out, 310, 310), kGrey, 1);
  Scaler cover(320, 320, media::Fit::kCover);
  for (const Chroma chroma : {Chroma::k420, Chroma::k422, Chroma::k444, Chroma::k411}) {
    ASSERT_TRUE(cover.Fit(Quartered(640, 320, chroma), 1, out).ok());
    EXPECT_NEAR(Luma(out, 10, 10), kWhite, 1);
    EXPECT_NEAR(Luma(out, 150, 150), kWhite, 1);
    EXPECT_NEAR(Luma(out, 170, 10), kGrey, 1);
    EXPECT_NEAR(Luma(out, 310, 310), kGrey, 1);
    EXPECT_NEAR(out.plane(1).data[100 * out.plane(1).stride + 100], 128, 1);
  }
}

}  // namespace
}  // namespace relayfleet::av
