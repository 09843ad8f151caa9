// SPDX-License-Identifier: Apache-2.0

#include "services/publish/progress.h"

#include <gtest/gtest.h>

namespace relayfleet::publish {
namespace {

TEST(Progress, NamesTheLastWithAllBeforeSettled) {
  Progress progress;
  EXPECT_EQ(progress.Now().seq, 0u);
  for (uint64_t seq = 1; seq <= 4; ++seq) progress.Arrive(seq);
  EXPECT_EQ(progress.Now().seq, 0u);
  progress.Settle(2, /*dropped=*/true);
  EXPECT_EQ(progress.Now().seq, 0u);
  progress.Settle(1, /*dropped=*/false);
  EXPECT_EQ(progress.Now().seq, 2u);
  progress.Settle(3, false);
  progress.Settle(4, true);
  EXPECT_EQ(progress.Now().seq, 4u);
  EXPECT_EQ(progress.Now().dropped, 2u);
}

TEST(Progress, StepsOverAnnouncedGaps) {
  Progress progress;
  progress.Arrive(1);
  progress.Skip(5);
  EXPECT_EQ(progress.Now().seq, 0u);
  progress.Settle(1, false);
  EXPECT_EQ(progress.Now().seq, 5u);
  EXPECT_EQ(progress.Now().dropped, 0u);
}

}  // namespace
}  // namespace relayfleet::publish
