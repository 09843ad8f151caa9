// SPDX-License-Identifier: Apache-2.0

#include "services/publish/progress.h"

#include <gtest/gtest.h>

namespace relayfleet::publish {
namespace {

TEST(Progress, NamesTheLastWithAllBeforeSettled) {
  Progress progress;
  EXPECT_FALSE(progress.Next().has_value());
  for (uint64_t seq = 1; seq <= 3; ++seq) progress.Arrive(seq);
  progress.Settle(2, /*dropped=*/false);
  EXPECT_FALSE(progress.Next().has_value());
  progress.Settle(1, /*dropped=*/false);
  const auto report = progress.Next();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->seq, 2u);
  EXPECT_EQ(report->dropped, 0u);
  EXPECT_FALSE(progress.Next().has_value());
}

TEST(Progress, AReportCoversOneFateOnly) {
  Progress progress;
  for (uint64_t seq = 1; seq <= 4; ++seq) progress.Arrive(seq);
  // What can't be queued is dropped before what waits in the socket is written.
  progress.Settle(2, /*dropped=*/true);
  progress.Settle(3, true);
  EXPECT_FALSE(progress.Next().has_value());
  progress.Settle(1, false);
  progress.Settle(4, false);
  const auto first = progress.Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->seq, 1u);
  EXPECT_EQ(first->dropped, 0u);
  const auto second = progress.Next();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->seq, 3u);
  EXPECT_EQ(second->dropped, 2u);
  const auto third = progress.Next();
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(third->seq, 4u);
  EXPECT_EQ(third->dropped, 2u);
}

TEST(Progress, StepsOverAnnouncedGaps) {
  Progress progress;
  progress.Arrive(1);
  progress.Skip(5);
  EXPECT_FALSE(progress.Next().has_value());
  progress.Settle(1, false);
  const auto report = progress.Next();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->seq, 5u);
  EXPECT_EQ(report->dropped, 0u);
}

}  // namespace
}  // namespace relayfleet::publish
