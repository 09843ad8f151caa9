// SPDX-License-Identifier: Apache-2.0

#include "services/publish/credit_window.h"

#include <gtest/gtest.h>

namespace relayfleet::publish {
namespace {

// Takes and settles `count` packets at this rate.
void Play(CreditWindow* window, int fps, int count) {
  for (int i = 1; i <= count; ++i) {
    ASSERT_TRUE(window->Take(0, absl::Seconds(i) / fps));
    window->Settle();
    window->Grant();
  }
}

TEST(CreditWindow, GrantsEightWhileTheRateIsUnknown) {
  CreditWindow window({});
  EXPECT_EQ(window.Grant(), 8u);
  EXPECT_EQ(window.Grant(), 0u);
}

TEST(CreditWindow, HoldsAQuarterOfASecond) {
  for (const auto& [fps, size] : {std::pair{5, 1}, {15, 3}, {30, 7}, {60, 8}, {1, 1}}) {
    CreditWindow window({});
    window.Grant();
    Play(&window, fps, 20);
    EXPECT_EQ(window.size(), size) << fps;
  }
}

TEST(CreditWindow, RefusesAPacketWithoutCredit) {
  CreditWindow window({.max_packets = 2});
  EXPECT_FALSE(window.Take(0, absl::ZeroDuration()));
  window.Grant();
  EXPECT_TRUE(window.Take(0, absl::Milliseconds(1)));
  EXPECT_TRUE(window.Take(0, absl::Milliseconds(2)));
  EXPECT_FALSE(window.Take(0, absl::Milliseconds(3)));
  EXPECT_EQ(window.Grant(), 0u);
  window.Settle();
  EXPECT_EQ(window.Grant(), 1u);
}

TEST(CreditWindow, AJumpBackStartsTheEstimateAnew) {
  CreditWindow window({});
  window.Grant();
  Play(&window, 5, 5);
  EXPECT_EQ(window.size(), 1);
  window.Grant();
  ASSERT_TRUE(window.Take(0, absl::ZeroDuration()));
  EXPECT_EQ(window.size(), 8);
}

TEST(CreditWindow, EachTrackHasItsRoom) {
  CreditWindow window({});
  EXPECT_EQ(window.Grant(), 8u);
  window.SetTracks({0, 1});
  EXPECT_EQ(window.Grant(), 8u);
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(window.Take(0, absl::Milliseconds(200) * i));  // 5 fps
    window.Settle();
    ASSERT_TRUE(window.Take(1, absl::Milliseconds(20) * i));
    window.Settle();
    window.Grant();
  }
  EXPECT_EQ(window.size(), 1 + 8);
  window.SetTracks({0});
  EXPECT_EQ(window.size(), 1);
}

}  // namespace
}  // namespace relayfleet::publish
