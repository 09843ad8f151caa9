// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/sequence_tracker.h"

#include <gtest/gtest.h>

namespace relayfleet::rtp {
namespace {

using Step = SequenceTracker::Step;

TEST(SequenceTracker, GoesOnOverTheWrap) {
  SequenceTracker tracker;
  EXPECT_EQ(tracker.Advance(0xfffe), Step::kNext);
  EXPECT_EQ(tracker.Advance(0xffff), Step::kNext);
  EXPECT_EQ(tracker.Advance(0), Step::kNext);
  EXPECT_EQ(tracker.Advance(2), Step::kGap);
  EXPECT_EQ(tracker.lost(), 1u);
}

TEST(SequenceTracker, LeavesOutLateAndRepeated) {
  SequenceTracker tracker;
  EXPECT_EQ(tracker.Advance(5), Step::kNext);
  EXPECT_EQ(tracker.Advance(5), Step::kOld);
  EXPECT_EQ(tracker.Advance(4), Step::kOld);
  EXPECT_EQ(tracker.Advance(0xfff0), Step::kOld);
  EXPECT_EQ(tracker.Advance(6), Step::kNext);
  EXPECT_EQ(tracker.lost(), 0u);
}

TEST(SequenceTracker, TwoFarBehindAreANewBeginning) {
  SequenceTracker tracker;
  tracker.Advance(30000);
  EXPECT_EQ(tracker.Advance(100), Step::kOld);
  EXPECT_EQ(tracker.Advance(101), Step::kGap);
  EXPECT_EQ(tracker.Advance(102), Step::kNext);
  EXPECT_EQ(tracker.lost(), 0u);
}

TEST(SequenceTracker, OneFarBehindIsNot) {
  SequenceTracker tracker;
  tracker.Advance(30000);
  EXPECT_EQ(tracker.Advance(100), Step::kOld);
  EXPECT_EQ(tracker.Advance(30001), Step::kNext);
  EXPECT_EQ(tracker.Advance(101), Step::kOld);
}

}  // namespace
}  // namespace relayfleet::rtp
