// SPDX-License-Identifier: Apache-2.0

#include "libs/media/ticks.h"

#include <gtest/gtest.h>

namespace relayfleet::media {
namespace {

// 2026, in seconds since 1970.
constexpr int64_t kNow = 1'767'225'600;

TEST(Ticks, GoThereAndBackAtAnyRate) {
  for (int64_t rate : {8000, 44100, 48000, 90000, 1'000'000}) {
    for (int64_t ticks :
         {kNow * rate + 1, kNow * rate + rate - 1, int64_t{0}, int64_t{7}, -rate - 7}) {
      EXPECT_EQ(ToTicks(FromTicks(ticks, rate), rate), ticks) << rate;
    }
  }
}

TEST(Ticks, OfTodayAreRescaledWithoutOverflow) {
  EXPECT_EQ(Rescale(kNow * 48000 + 24000, 48000, 90000), kNow * 90000 + 45000);
  EXPECT_EQ(Rescale(-90000, 90000, 8000), -8000);
}

}  // namespace
}  // namespace relayfleet::media
