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
  line.ContinueAfter(2000 * 90000, kMono);
  const int64_t next = line.Stamp(kMono + absl::Seconds(1));
  EXPECT_EQ(next, 2001 * 90000);
  EXPECT_EQ(line.Stamp(kMono + absl::Seconds(2)), next + 90000);
}

TEST(Timeline, IgnoresALineThatIsBehind) {
  Timeline line(kWall, kMono);
  const int64_t first = line.Stamp(kMono);
  line.ContinueAfter(5, kMono);
  EXPECT_EQ(line.Stamp(kMono + absl::Seconds(1)), first + 90000);
}

TEST(Timeline, SilenceIsNoReasonToShift) {
  Timeline line(kWall, kMono);
  const int64_t first = line.Stamp(kMono);
  // Repeats went on for ten minutes while nothing was stamped; then a session was resumed.
  const absl::Duration later = kMono + absl::Minutes(10);
  line.ContinueAfter(first + 600 * 90000, later);
  EXPECT_EQ(line.Stamp(later + absl::Seconds(1)), first + 601 * 90000);
}

}  // namespace
}  // namespace relayfleet::ingest
