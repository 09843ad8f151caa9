// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/push_stats.h"

#include <gtest/gtest.h>

namespace relayfleet::relayctl {
namespace {

TEST(PushStats, QuantilesAreOfTheAcknowledgedOnly) {
  PushStats stats;
  for (int i = 1; i <= 100; ++i) {
    stats.Sent();
    stats.Answered(relay::v1::PUSH_OUTCOME_WRITTEN, absl::Milliseconds(i));
  }
  stats.Sent();
  stats.Answered(relay::v1::PUSH_OUTCOME_FAILED, absl::Hours(1));
  EXPECT_EQ(stats.Get().p50, absl::Milliseconds(51));
  EXPECT_EQ(stats.Get().p99, absl::Milliseconds(99));
  EXPECT_EQ(stats.Get().acknowledged, 100);
  EXPECT_EQ(stats.Get().lost(), 1);
}

TEST(PushStats, OldLatenciesAreForgotten) {
  PushStats stats;
  for (int i = 0; i < 10; ++i) stats.Answered(relay::v1::PUSH_OUTCOME_WRITTEN, absl::Hours(1));
  for (int i = 0; i < 5000; ++i) {
    stats.Answered(relay::v1::PUSH_OUTCOME_WRITTEN, absl::Milliseconds(1));
  }
  EXPECT_EQ(stats.Get().p99, absl::Milliseconds(1));
}

TEST(PushStats, EverythingSentIsSomewhere) {
  PushStats stats;
  for (int i = 0; i < 6; ++i) stats.Sent();
  stats.Answered(relay::v1::PUSH_OUTCOME_ENCODED, absl::Milliseconds(1));
  stats.Answered(relay::v1::PUSH_OUTCOME_RATE_LIMITED, absl::Milliseconds(1));
  stats.Unanswered(3);
  EXPECT_EQ(stats.Get().waiting(), 1);
  EXPECT_EQ(stats.Get().lost(), 3);
}

TEST(PushStats, NothingYetIsZero) {
  EXPECT_EQ(PushStats().Get().p99, absl::ZeroDuration());
  EXPECT_EQ(PushStats().Get().waiting(), 0);
}

}  // namespace
}  // namespace relayfleet::relayctl
