// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/rate_reducer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace relayfleet::transcode {
namespace {

using ::testing::Each;

constexpr int64_t kTicks = media::kVideoClockRate;

// Distances between the pictures that stay, in pictures that come.
std::vector<int> Steps(double output_fps, const std::vector<int64_t>& pts) {
  RateReducer reducer(output_fps);
  std::vector<int> steps;
  int last = -1;
  for (int i = 0; i < static_cast<int>(pts.size()); ++i) {
    if (!reducer.Keep(pts[i])) continue;
    if (last >= 0) steps.push_back(i - last);
    last = i;
  }
  return steps;
}

std::vector<int64_t> Even(int pictures, double fps, const std::vector<int>& jitter = {0}) {
  std::vector<int64_t> pts;
  for (int i = 0; i < pictures; ++i) {
    pts.push_back(static_cast<int64_t>(i * kTicks / fps) + jitter[i % jitter.size()]);
  }
  return pts;
}

TEST(RateReducer, TakesEachSixthOfThirtyForFive) { EXPECT_THAT(Steps(5, Even(300, 30)), Each(6)); }

TEST(RateReducer, IsNotMisledByJitter) {
  EXPECT_THAT(Steps(5, Even(300, 30, {0, 700, -900, 300, -200, 800, -500})), Each(6));
}

TEST(RateReducer, TakesEachSecondOf2997For15) {
  EXPECT_THAT(Steps(15, Even(3000, 30000.0 / 1001)), Each(2));
}

TEST(RateReducer, TakesTwoOfThreeOfThirtyForTwenty) {
  EXPECT_EQ(Steps(20, Even(31, 30)).size(), 20);
}

TEST(RateReducer, LetsASlowerAndAnEqualRatePass) {
  EXPECT_THAT(Steps(30, Even(300, 30, {0, 400, -300})), Each(1));
  EXPECT_THAT(Steps(30, Even(300, 30000.0 / 1001)), Each(1));
  EXPECT_THAT(Steps(30, Even(300, 7)), Each(1));
  EXPECT_THAT(Steps(0, Even(300, 500)), Each(1));
}

TEST(RateReducer, NeverPassesMoreThanTheRateWhateverComes) {
  std::vector<int64_t> pts;  // 60 per second and silence by turns
  for (int second = 0; second < 20; second += 2) {
    for (int i = 0; i < 60; ++i) pts.push_back(second * kTicks + i * kTicks / 60);
  }
  EXPECT_LE(Steps(10, pts).size(), 10 * 10);
  EXPECT_GE(Steps(10, pts).size(), 10 * 10 - 10);
}

TEST(RateReducer, DropsWhatComesOutOfOrderUnlessATimeLineBegins) {
  RateReducer reducer(0);
  EXPECT_TRUE(reducer.Keep(100 * kTicks));
  EXPECT_FALSE(reducer.Keep(100 * kTicks - 3000));
  EXPECT_FALSE(reducer.Keep(100 * kTicks));
  EXPECT_TRUE(reducer.Keep(100 * kTicks + 1));
  EXPECT_TRUE(reducer.Keep(10 * kTicks));
  EXPECT_TRUE(reducer.Keep(10 * kTicks + 3000));
}

}  // namespace
}  // namespace relayfleet::transcode
