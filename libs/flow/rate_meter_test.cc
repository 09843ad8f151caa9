// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/rate_meter.h"

#include "gtest/gtest.h"

namespace relayfleet::flow {
namespace {

constexpr absl::Duration kStart = absl::Seconds(1000);

TEST(RateMeter, NothingIsZero) {
  RateMeter meter;
  EXPECT_EQ(meter.PerSecond(kStart), 0);
}

TEST(RateMeter, FollowsASteadyRate) {
  RateMeter meter;
  absl::Duration now = kStart;
  for (int i = 0; i < 300; ++i, now += absl::Seconds(1) / 30) meter.Add(now);
  EXPECT_NEAR(meter.PerSecond(now), 30, 0.5);
}

TEST(RateMeter, KnowsTheRateSoonAfterTheFirstEvents) {
  RateMeter meter;
  absl::Duration now = kStart;
  for (int i = 0; i < 20; ++i, now += absl::Milliseconds(100)) meter.Add(now);
  EXPECT_NEAR(meter.PerSecond(now), 10, 0.6);
}

TEST(RateMeter, OneEventIsNoHighRate) {
  RateMeter meter;
  meter.Add(kStart);
  EXPECT_LE(meter.PerSecond(kStart), 1.0);
}

TEST(RateMeter, ForgetsAfterFiveSeconds) {
  RateMeter meter;
  for (int i = 0; i < 100; ++i) meter.Add(kStart + absl::Milliseconds(10 * i));
  EXPECT_GT(meter.PerSecond(kStart + absl::Seconds(4)), 0);
  EXPECT_EQ(meter.PerSecond(kStart + absl::Milliseconds(6100)), 0);
}

TEST(RateMeter, CountsWhatAnEventWeighs) {
  RateMeter meter;
  absl::Duration now = kStart;
  for (int i = 0; i < 50; ++i, now += absl::Milliseconds(100)) meter.Add(now, 1000);
  EXPECT_NEAR(meter.PerSecond(now), 10000, 300);
}

}  // namespace
}  // namespace relayfleet::flow
