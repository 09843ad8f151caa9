// SPDX-License-Identifier: Apache-2.0

#include "libs/base/backoff.h"

#include <gtest/gtest.h>

namespace relayfleet::base {
namespace {

constexpr Backoff::Options kOptions = {
    .initial = absl::Milliseconds(250), .max = absl::Seconds(1), .reset_after = absl::Seconds(10)};

double Half() { return 0.5; }

TEST(Backoff, LimitDoublesUpToTheMaximum) {
  Backoff backoff(kOptions, Half);
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(125));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(250));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(500));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(500));
}

TEST(Backoff, BeginsAnewAfterASuccess) {
  Backoff backoff(kOptions, Half);
  backoff.Next();
  backoff.Next();
  EXPECT_EQ(backoff.Next(absl::Seconds(9)), absl::Milliseconds(500));
  EXPECT_EQ(backoff.Next(absl::Seconds(10)), absl::Milliseconds(125));
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(125));
}

TEST(Backoff, InitialAboveTheMaximumIsCapped) {
  Backoff backoff({.initial = absl::Seconds(5), .max = absl::Seconds(1)}, Half);
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(500));
}

TEST(Backoff, OwnJitterSpreadsWithinTheLimit) {
  Backoff backoff({.initial = absl::Seconds(1), .max = absl::Seconds(1)});
  absl::Duration least = absl::InfiniteDuration();
  absl::Duration most = absl::ZeroDuration();
  for (int i = 0; i < 200; i++) {
    const absl::Duration wait = backoff.Next();
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, absl::ZeroDuration());
  EXPECT_LT(most, absl::Seconds(1));
  EXPECT_GT(most - least, absl::Milliseconds(500));
}

}  // namespace
}  // namespace relayfleet::base
