// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transcode/session.h"
#include "services/transcode/testing/stage_harness.h"

namespace relayfleet::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class SessionPacingTest : public testing::StageHarness {};

TEST_F(SessionPacingTest, RepeatsAfterOneAndAHalfIntervalsThenEachInterval) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 1000);
  Advance(299);
  EXPECT_THAT(peer_.packets, SizeIs(1));
  Advance(1);
  ASSERT_THAT(peer_.packets, SizeIs(2));
  Advance(400);
  EXPECT_THAT(peer_.pts(), ElementsAre(1000, 1000 + kTicks * 3 / 10, 1000 + kTicks * 5 / 10,
                                       1000 + kTicks * 7 / 10));
  EXPECT_TRUE(peer_.packets[3].repeat);
  EXPECT_EQ(peer_.packets[3].capture_time, absl::FromUnixSeconds(100) + absl::Milliseconds(700));
  Advance(60'000);
  EXPECT_THAT(peer_.packets, SizeIs(304));
  EXPECT_THAT(peer_.done, SizeIs(1));
}

TEST_F(SessionPacingTest, DoesNotRepeatWhilePicturesCome) {
  OpenWithCredit({.fill_fps = 5});
  for (int i = 0; i < 20; ++i) {
    Push(i + 1, i * kTicks / 5);
    Advance(200);
  }
  EXPECT_THAT(peer_.packets, SizeIs(20));
}

TEST_F(SessionPacingTest, LetsTimeGrowWhenAPictureIsBehindARepeat) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 1000);
  Advance(300);
  Push(2, 1001);  // older than the repeat
  EXPECT_THAT(peer_.pts(), ElementsAre(1000, 28000, 28001));
}

TEST_F(SessionPacingTest, BeginsAfterTheLastOutput) {
  peer_.Open({}, 1, 50000);
  peer_.Credit(10);
  runtime_.RunReady();
  Push(1, 1000);
  Push(2, 60000);
  EXPECT_THAT(peer_.pts(), ElementsAre(50001, 60000));
}

TEST_F(SessionPacingTest, ForceIdrEncodesTheHeldPictureAtOnce) {
  OpenWithCredit();
  Push(3, 0, "okZ");
  Advance(100);
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(2));
  EXPECT_TRUE(peer_.packets[1].key);
  EXPECT_TRUE(peer_.packets[1].repeat);
  EXPECT_EQ(peer_.packets[1].pts, kTicks / 10);
  EXPECT_EQ(peer_.packets[1].source_seq, 3);
  EXPECT_EQ(peer_.packets[1].payload->back(), 'Z');
}

TEST_F(SessionPacingTest, ForceIdrIsDoneOncePerHalfSecondAndNeverLost) {
  OpenWithCredit({.fill_fps = 1});
  Push(1, 0);
  for (int i = 0; i < 4; ++i) {
    peer_.pipe->Send(flow::ForceIdr{});
    Advance(10);
  }
  ASSERT_THAT(peer_.packets, SizeIs(2));
  Advance(459);
  EXPECT_THAT(peer_.packets, SizeIs(2));
  Advance(2);
  ASSERT_THAT(peer_.packets, SizeIs(3));
  EXPECT_TRUE(peer_.packets[2].key);
  Advance(900);
  EXPECT_THAT(peer_.packets, SizeIs(3));  // asked for once more, not thrice
}

TEST_F(SessionPacingTest, APictureThatComesSoonerBecomesTheIdr) {
  OpenWithCredit({.fill_fps = 1});
  Push(1, 0);
  peer_.pipe->Send(flow::ForceIdr{});
  Advance(10);
  peer_.pipe->Send(flow::ForceIdr{});
  Advance(10);
  Push(2, kTicks / 30);
  ASSERT_THAT(peer_.packets, SizeIs(3));
  EXPECT_TRUE(peer_.packets[2].key);
  EXPECT_FALSE(peer_.packets[2].repeat);
  Advance(600);
  EXPECT_THAT(peer_.packets, SizeIs(3));
}

TEST_F(SessionPacingTest, ForceIdrBeforeTheFirstPictureIsAnsweredByIt) {
  OpenWithCredit({.fill_fps = 1});
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  Push(1, 0);
  Advance(600);
  ASSERT_THAT(peer_.packets, SizeIs(1));
  EXPECT_TRUE(peer_.packets[0].key);
}

}  // namespace
}  // namespace relayfleet::transcode
