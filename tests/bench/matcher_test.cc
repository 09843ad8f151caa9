// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/matcher.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace relayfleet::bench {
namespace {

constexpr absl::Duration kLatency = absl::Milliseconds(12);

// 60 pushes at 30 fps, jittered as push_bench does it.
std::vector<absl::Duration> Pushes() {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> jitter(-3.3, 3.3);
  std::vector<absl::Duration> pushes;
  for (int i = 0; i < 60; ++i) {
    pushes.push_back(absl::Seconds(100) + i * absl::Seconds(1) / 30 +
                     absl::Milliseconds(jitter(random)));
  }
  return pushes;
}

// Arrived `way` after the push on a clock that began at 77 s.
Received Unit(absl::Duration push, absl::Duration way = absl::Milliseconds(0.3)) {
  return {.pts = (push + way - absl::Seconds(77)) * 9 / absl::Microseconds(100),
          .at = push + kLatency};
}

TEST(MatchFrames, FindsEachFrameAndNotItsNeighbour) {
  const std::vector<absl::Duration> pushes = Pushes();
  std::vector<Received> units;
  for (const absl::Duration push : pushes) units.push_back(Unit(push));
  const auto matches = MatchFrames(pushes, units);
  for (size_t i = 0; i < pushes.size(); ++i) EXPECT_EQ(matches[i], i);
}

TEST(MatchFrames, AFrameThatNeverCameAndARepeatAreSeen) {
  const std::vector<absl::Duration> pushes = Pushes();
  std::vector<Received> units;
  for (size_t i = 0; i < pushes.size(); ++i) {
    if (i == 20) continue;                                                   // lost
    if (i == 40) units.push_back(Unit(pushes[i] - absl::Milliseconds(14)));  // a repeat before
    units.push_back(Unit(pushes[i], absl::Milliseconds(0.2 + 0.01 * (i % 7))));
  }
  const auto matches = MatchFrames(pushes, units);
  EXPECT_EQ(matches[19], 19);
  EXPECT_FALSE(matches[20].has_value());
  EXPECT_EQ(matches[21], 20);
  EXPECT_EQ(matches[40], 40);  // the repeat is 39
  EXPECT_EQ(matches[59], 59);
}

TEST(MatchFrames, LatenessIsNotTakenForALoss) {
  const std::vector<absl::Duration> pushes = Pushes();
  std::vector<Received> units;
  for (const absl::Duration push : pushes) units.push_back(Unit(push));
  for (size_t i = 10; i < 20; ++i) units[i].at += absl::Milliseconds(300);
  const auto matches = MatchFrames(pushes, units);
  for (size_t i = 0; i < pushes.size(); ++i) EXPECT_EQ(matches[i], i);
}

// A machine that stalls may stamp a frame late; it came out all the same.
TEST(MatchFrames, ALateTimeStampIsNotTakenForALoss) {
  const std::vector<absl::Duration> pushes = Pushes();
  std::vector<Received> units;
  for (size_t i = 0; i < pushes.size(); ++i) {
    units.push_back(Unit(pushes[i], absl::Milliseconds(i == 30 ? 15 : 0.3)));
  }
  const auto matches = MatchFrames(pushes, units);
  for (size_t i = 0; i < pushes.size(); ++i) EXPECT_EQ(matches[i], i);
}

TEST(MatchFrames, NothingReceivedMatchesNothing) {
  for (const auto& match : MatchFrames(Pushes(), {})) EXPECT_FALSE(match.has_value());
}

}  // namespace
}  // namespace relayfleet::bench
