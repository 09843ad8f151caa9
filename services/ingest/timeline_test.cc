// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/timeline.h"

#include <gtest/gtest.h>

namespace relayfleet::ingest {
namespace {

const absl::Time kWall = absl::FromUnixSeconds(1000);
const absl::Duration kMono = absl::Seconds(50);

TEST(Timeline, FollowsTheArrivalIn90kHz) {
  Timeline line(kWall, kMono);
  EXPECT_EQ(line.Stamp(kMono), 1000 * 90000);
  EXPECT_EQ(line.Stamp(kMono + absl::Milliseconds(40)), 1000 * 90000 + 3600);
}

TEST(Timeline, GrowsEvenWhenArrivalsCoincide) {
  Timeline line(kWall, kMono);
  const int64_t first = line.Stamp(kMono);
  EXPECT_EQ(line.Stamp(kMono), first + 1);
  EXPECT_EQ(line.Stamp(kMono - absl::Seconds(1)), first + 2);
}

TEST(Timeline, ContinuesAfterAnOlderOwnersLine) {
  Timeline line(kWall, kMono);
  line.ContinueAfter(2000 * 90000);
  const int64_t next = line.Stamp(kMono + absl::Seconds(1));
  EXPECT_GT(next, 2000 * 90000);
  EXPECT_EQ(line.Stamp(kMono + absl::Seconds(2)), next + 90000);
}

TEST(Timeline, IgnoresALineThatIsBehind) {
  Timeline line(kWall, kMono);
  const int64_t first = line.Stamp(kMono);
  line.ContinueAfter(5);
  EXPECT_EQ(line.Stamp(kMono + absl::Seconds(1)), first + 90000);
}

}  // namespace
}  // namespace relayfleet::ingest
