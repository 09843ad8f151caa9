// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/audio_line.h"

#include <gtest/gtest.h>

namespace relayfleet::transcode {
namespace {

constexpr int kRate = 8000, kFrame = 100;

std::vector<float> Sound(int frames) { return std::vector<float>(2 * frames, 0.5F); }

TEST(AudioLine, CutsFramesAndCountsTheirStamps) {
  AudioLine line(kRate, 2, kFrame, 0);
  line.Add(Sound(250), 5000);
  const auto first = line.Take();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->pts, 5000);
  EXPECT_EQ(first->samples.size(), 200);
  EXPECT_EQ(line.Take()->pts, 5100);
  EXPECT_FALSE(line.Take().has_value());
  line.Add(Sound(50), 5250);
  EXPECT_EQ(line.Take()->pts, 5200);
}

TEST(AudioLine, BeginsAfterWhatWasThereBefore) {
  AudioLine line(kRate, 2, kFrame, 6000);
  line.Add(Sound(100), 5990);
  EXPECT_EQ(line.Take()->pts, 6000);
}

TEST(AudioLine, LeavesJitterAlone) {
  AudioLine line(kRate, 2, kFrame, 0);
  line.Add(Sound(100), 0);
  line.Add(Sound(100), 100 + 700);  // 87 ms
  line.Add(Sound(100), 200 - 700);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(line.Take()->pts, 100 * i);
}

TEST(AudioLine, FillsAShortGapWithSilence) {
  AudioLine line(kRate, 2, kFrame, 0);
  line.Add(Sound(100), 0);
  line.Add(Sound(100), 100 + 1000);
  for (int i = 0; i < 12; ++i) {
    const auto frame = line.Take();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->pts, 100 * i);
    EXPECT_EQ(frame->samples[0], i == 0 || i == 11 ? 0.5F : 0.0F);
  }
  EXPECT_FALSE(line.Take().has_value());
}

TEST(AudioLine, JumpsOverALongGap) {
  AudioLine line(kRate, 2, kFrame, 0);
  line.Add(Sound(150), 0);
  line.Add(Sound(100), 100'000);
  EXPECT_EQ(line.Take()->pts, 100'000);
}

TEST(AudioLine, LeavesOutWhatComesTwice) {
  AudioLine line(kRate, 2, kFrame, 0);
  line.Add(Sound(2000), 0);
  line.Add(Sound(2000), 1000);
  int frames = 0;
  while (line.Take().has_value()) ++frames;
  EXPECT_EQ(frames, 30);
  line.Add(Sound(1000), 500);  // all of it is there
  EXPECT_FALSE(line.Take().has_value());
}

}  // namespace
}  // namespace relayfleet::transcode
