// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/silence_watch.h"

#include <gtest/gtest.h>

#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::ingest {
namespace {

class SilenceWatchTest : public ::testing::Test {
 protected:
  void Advance(double seconds) { runtime_.Advance(absl::Seconds(seconds)); }

  base::testing::FakeRuntime runtime_;
  int silent_ = 0;
  int heard_ = 0;
  SilenceWatch watch_{
      runtime_.NewStrand(),
      absl::Seconds(2),
      {.on_silent = [this](absl::Duration) { ++silent_; }, .on_heard = [this] { ++heard_; }}};
};

TEST_F(SilenceWatchTest, WhoOwesNothingMayBeSilent) {
  Advance(60);
  watch_.SetOwed(true);
  Advance(1);
  watch_.SetOwed(false);
  Advance(60);
  EXPECT_EQ(silent_, 0);
}

TEST_F(SilenceWatchTest, WhoOwesIsSilentAfterTheLimitOnce) {
  watch_.SetOwed(true);
  Advance(1.9);
  EXPECT_EQ(silent_, 0);
  Advance(0.2);
  EXPECT_EQ(silent_, 1);
  watch_.SetOwed(true);
  Advance(60);
  EXPECT_EQ(silent_, 1);
}

TEST_F(SilenceWatchTest, TheTimeCountsFromTheLastWordAndFromTheDebt) {
  watch_.SetOwed(true);
  Advance(1.5);
  watch_.OnHeard();
  Advance(1.5);
  watch_.SetOwed(false);
  watch_.SetOwed(true);
  Advance(1.5);
  EXPECT_EQ(silent_, 0);
  Advance(0.5);
  EXPECT_EQ(silent_, 1);
}

TEST_F(SilenceWatchTest, WhoSpeaksAgainIsHeardOnceAndWatchedOn) {
  watch_.SetOwed(true);
  Advance(2);
  watch_.OnHeard();
  watch_.OnHeard();
  EXPECT_EQ(heard_, 1);
  Advance(2);
  EXPECT_EQ(silent_, 2);
}

TEST_F(SilenceWatchTest, WithoutPeerNobodyIsSilent) {
  watch_.SetOwed(true);
  Advance(2);
  watch_.Reset();
  watch_.OnHeard();
  Advance(60);
  EXPECT_EQ(silent_, 1);
  EXPECT_EQ(heard_, 0);
}

}  // namespace
}  // namespace relayfleet::ingest
