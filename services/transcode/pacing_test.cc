// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/pacing.h"

#include "gtest/gtest.h"

namespace relayfleet::transcode {
namespace {

absl::Duration Ms(int value) { return absl::Milliseconds(value); }

TEST(Pacing, NeverRepeatsBeforeAPicture) {
  Pacing pacing(5, 0);
  EXPECT_FALSE(pacing.RepeatDue(absl::Hours(1)));
}

TEST(Pacing, KeepsTheCadenceOfRepeatsThatAreLate) {
  Pacing pacing(10, 0);
  pacing.OnPicture(Ms(0), 0);
  EXPECT_FALSE(pacing.RepeatDue(Ms(149)));
  EXPECT_TRUE(pacing.RepeatDue(Ms(150)));
  EXPECT_EQ(pacing.StampRepeat(Ms(160)), 160 * 90);
  EXPECT_EQ(pacing.next_due(), Ms(250));
}

TEST(Pacing, DoesNotCatchUpAfterAStandstill) {
  Pacing pacing(10, 0);
  pacing.OnPicture(Ms(0), 0);
  pacing.StampRepeat(Ms(1000));
  EXPECT_EQ(pacing.next_due(), Ms(1100));
}

TEST(Pacing, AKeyFrameInBetweenMovesTheRepeat) {
  Pacing pacing(10, 0);
  pacing.OnPicture(Ms(0), 0);
  pacing.StampRepeat(Ms(100));  // asked for, before the repeat was due
  EXPECT_EQ(pacing.next_due(), Ms(200));
}

TEST(Pacing, StampsAlwaysGrow) {
  Pacing pacing(10, 500);
  EXPECT_EQ(pacing.next_pts(), 501);
  pacing.OnPicture(Ms(0), 100);
  EXPECT_EQ(pacing.StampRepeat(Ms(1)), 501);
  pacing.OnStamped(1000);
  EXPECT_EQ(pacing.next_pts(), 1001);
  pacing.OnStamped(7);
  EXPECT_EQ(pacing.next_pts(), 1001);
}

}  // namespace
}  // namespace relayfleet::transcode
