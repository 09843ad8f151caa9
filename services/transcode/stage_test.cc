// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transcode/testing/stage_harness.h"

namespace relayfleet::transcode {
namespace {

using testing::Peer;
using ::testing::SizeIs;

class TranscodeStageTest : public testing::StageHarness {};

TEST_F(TranscodeStageTest, ALowerEpochIsRefusedAndAHigherOneTakesOver) {
  peer_.Open({}, 5);
  runtime_.RunReady();
  Peer same(&runtime_, &stage_);
  same.Open({}, 5);
  runtime_.RunReady();
  EXPECT_TRUE(same.opened.has_value());
  EXPECT_FALSE(peer_.closed.has_value());
  same.pipe->Close(absl::OkStatus());
  runtime_.RunReady();
  Peer lower(&runtime_, &stage_);
  lower.Open({}, 4);
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsFailedPrecondition(*lower.closed));
  Peer higher(&runtime_, &stage_);
  higher.Open({}, 6);
  runtime_.RunReady();
  EXPECT_TRUE(higher.opened.has_value());
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsAborted(*peer_.closed));
  EXPECT_EQ(stage_.sessions(), 1);
}

TEST_F(TranscodeStageTest, AnEpochIsForgottenHalfAMinuteAfterItsLastSession) {
  peer_.Open({}, 5);
  runtime_.RunReady();
  runtime_.Advance(absl::Minutes(5));
  Peer early(&runtime_, &stage_);
  early.Open({}, 1);
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsFailedPrecondition(*early.closed));  // while a session lives
  peer_.pipe->Close(absl::OkStatus());
  runtime_.Advance(absl::Milliseconds(29'999));
  Peer late(&runtime_, &stage_);
  late.Open({}, 1);
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsFailedPrecondition(*late.closed));
  runtime_.Advance(absl::Milliseconds(1));
  Peer anew(&runtime_, &stage_);
  anew.Open({}, 1);
  runtime_.RunReady();
  EXPECT_TRUE(anew.opened.has_value());
}

TEST_F(TranscodeStageTest, RefusesMoreThanItsLimit) {
  Peer second(&runtime_, &stage_);
  Peer third(&runtime_, &stage_);
  runtime_.RunReady();
  EXPECT_FALSE(second.closed.has_value());
  ASSERT_TRUE(third.closed.has_value());
  EXPECT_TRUE(absl::IsResourceExhausted(*third.closed));
}

TEST_F(TranscodeStageTest, DrainTellsSessionsAndRefusesNewOnes) {
  OpenWithCredit();
  stage_.Drain();
  runtime_.RunReady();
  EXPECT_TRUE(peer_.draining);
  Push(1, 0);
  EXPECT_THAT(peer_.packets, SizeIs(1));
  Peer late(&runtime_, &stage_);
  runtime_.RunReady();
  ASSERT_TRUE(late.closed.has_value());
  EXPECT_TRUE(absl::IsUnavailable(*late.closed));
}

TEST_F(TranscodeStageTest, AStageThatGoesEndsItsSessions) {
  auto stage =
      std::make_unique<TranscodeStageImpl>(TranscodeStageImpl::Options{.instance = "t2"}, &runtime_,
                                           &runtime_, &codecs_, &encoders_, &counts_);
  Peer peer(&runtime_, stage.get());
  peer.Open();
  runtime_.RunReady();
  stage = nullptr;
  runtime_.RunReady();
  ASSERT_TRUE(peer.closed.has_value());
  EXPECT_TRUE(absl::IsUnavailable(*peer.closed));
  EXPECT_EQ(counts_.open, 0);
}

}  // namespace
}  // namespace relayfleet::transcode
