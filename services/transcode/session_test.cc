// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transcode/testing/stage_harness.h"

namespace relayfleet::transcode {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Peer;
using ::testing::SizeIs;

class TranscodeSessionTest : public testing::StageHarness {};

TEST_F(TranscodeSessionTest, OpensAndGrantsTwoCredits) {
  peer_.Open();
  runtime_.RunReady();
  ASSERT_TRUE(peer_.opened.has_value());
  EXPECT_EQ(peer_.opened->instance, "t1");
  EXPECT_EQ(peer_.opened->encoder, "fake");
  EXPECT_EQ(peer_.credits, 2);
  EXPECT_EQ(counts_.open, 1);
}

TEST_F(TranscodeSessionTest, RefusesABadSpec) {
  peer_.Open({.width = 1281});
  runtime_.RunReady();
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
  EXPECT_THAT(std::string(peer_.closed->message()), HasSubstr("width"));
  EXPECT_EQ(counts_.refused, 1);
  EXPECT_EQ(stage_.sessions(), 0);
}

TEST_F(TranscodeSessionTest, RefusesMediaBeforeOpenAndASecondOpen) {
  Push(1, 0);
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
  Peer other(&runtime_, &stage_);
  other.Open();
  other.Open();
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsInvalidArgument(*other.closed));
}

TEST_F(TranscodeSessionTest, GivesUpOnAPeerThatNeverOpens) {
  Advance(9'999);
  EXPECT_FALSE(peer_.closed.has_value());
  Advance(2);
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsDeadlineExceeded(*peer_.closed));
}

TEST_F(TranscodeSessionTest, EncodesOnArrivalWithThePicturesOwnTime) {
  OpenWithCredit();
  Push(7, 12345, "okA");
  ASSERT_THAT(peer_.infos, SizeIs(1));
  EXPECT_EQ(peer_.infos[0].tracks[0].sps, "\x67sps");
  EXPECT_EQ(peer_.infos[0].tracks[0].pps, "\x68pps");
  EXPECT_EQ(peer_.infos[0].tracks[0].width, 1280);
  ASSERT_THAT(peer_.packets, SizeIs(1));
  const media::Packet& packet = peer_.packets[0];
  EXPECT_EQ(packet.source_seq, 7);
  EXPECT_EQ(packet.seq, 1);
  EXPECT_EQ(packet.pts, 12345);
  EXPECT_EQ(packet.dts, 12345);
  EXPECT_TRUE(packet.key);
  EXPECT_FALSE(packet.repeat);
  EXPECT_EQ(packet.capture_time, absl::FromUnixSeconds(100));
  EXPECT_EQ(packet.payload->back(), 'A');
  ASSERT_THAT(peer_.done, SizeIs(1));
  EXPECT_EQ(peer_.done[0].seq, 7);
  EXPECT_EQ(peer_.done[0].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_EQ(peer_.credits, 3);
}

TEST_F(TranscodeSessionTest, DescribesTheStreamAgainOnlyWhenItChanges) {
  OpenWithCredit();
  Push(1, 0);
  Advance(600);
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  EXPECT_THAT(peer_.infos, SizeIs(1));
  script_.sps = "\x67other";
  Advance(600);
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  ASSERT_THAT(peer_.infos, SizeIs(2));
  EXPECT_EQ(peer_.infos[1].generation, 2);
  EXPECT_EQ(peer_.packets.back().generation, 2);
}

TEST_F(TranscodeSessionTest, EncodesNothingWithoutCreditAndKeepsTheNewest) {
  peer_.Open();
  runtime_.RunReady();
  Push(1, 1000, "okA");
  Push(2, 2000, "okB");
  Push(3, 3000, "okC");
  Advance(5000);
  EXPECT_THAT(peer_.packets, IsEmpty());
  ASSERT_THAT(peer_.done, SizeIs(2));
  EXPECT_EQ(peer_.done[0].seq, 1);
  EXPECT_EQ(peer_.done[1].seq, 2);
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kSuperseded);
  EXPECT_EQ(peer_.credits, 4);
  EXPECT_EQ(counts_.queued, 1);
  peer_.Credit(1);
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(1));
  EXPECT_EQ(counts_.queued, 0);
  EXPECT_EQ(peer_.packets[0].source_seq, 3);
  Advance(5000);
  EXPECT_THAT(peer_.packets, SizeIs(1));  // no credit for a repeat
  peer_.Credit(1);
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(2));  // then one, of now
  EXPECT_EQ(peer_.packets[1].pts, 3000 + 10 * kTicks);
}

TEST_F(TranscodeSessionTest, ABadImageLeavesThePictureAndItsRepeats) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 0, "okA");
  for (int i = 0; i < 10; ++i) {
    Push(i + 2, i * kTicks / 10, "rubbish");
    Advance(100);
  }
  ASSERT_THAT(peer_.done, SizeIs(11));
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kBadImage);
  EXPECT_EQ(peer_.done[1].detail, "not a JPEG");
  EXPECT_EQ(peer_.credits, 13);
  ASSERT_THAT(peer_.packets, SizeIs(5));  // 300, 500, 700 and 900 ms
  EXPECT_EQ(peer_.packets.back().payload->back(), 'A');
  Push(12, 2 * kTicks, "okB");
  EXPECT_EQ(peer_.packets.back().payload->back(), 'B');
}

TEST_F(TranscodeSessionTest, AnEmptyPayloadIsABadImage) {
  OpenWithCredit();
  peer_.pipe->Send(media::Message(media::Packet{.seq = 1}));
  runtime_.RunReady();
  ASSERT_THAT(peer_.done, SizeIs(1));
  EXPECT_EQ(peer_.done[0].outcome, flow::FrameOutcome::kBadImage);
}

TEST_F(TranscodeSessionTest, AFailedEncoderIsMadeAnewAndBeginsWithAKey) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 0);
  script_.encoder_fails = true;
  Push(2, 3000);
  ASSERT_THAT(peer_.done, SizeIs(2));
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kFailed);
  EXPECT_EQ(peer_.done[1].detail, "encoder broke");
  Advance(300);
  EXPECT_EQ(counts_.repeat_failed, 1);
  script_.encoder_fails = false;
  Push(3, kTicks);
  EXPECT_EQ(peer_.done[2].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_TRUE(peer_.packets.back().key);
  EXPECT_EQ(script_.encoders_made, 3);
}

TEST_F(TranscodeSessionTest, AnEncoderThatCannotBeMadeFailsPictureByPicture) {
  script_.encoder_opens = false;
  OpenWithCredit();
  Push(1, 0);
  EXPECT_EQ(peer_.done[0].outcome, flow::FrameOutcome::kFailed);
  script_.encoder_opens = true;
  Push(2, 3000);
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_FALSE(peer_.closed.has_value());
}

TEST_F(TranscodeSessionTest, EndFinishesWhatWaitsThenCloses) {
  peer_.Open();
  runtime_.RunReady();
  Push(1, 0);
  peer_.pipe->Send(flow::End{});
  runtime_.RunReady();
  EXPECT_FALSE(peer_.closed.has_value());
  peer_.Credit(1);
  runtime_.RunReady();
  EXPECT_THAT(peer_.packets, SizeIs(1));
  EXPECT_THAT(peer_.done, SizeIs(1));
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(peer_.closed->ok());
  EXPECT_EQ(stage_.sessions(), 0);
  EXPECT_EQ(counts_.open, 0);
}

TEST_F(TranscodeSessionTest, RefusesATrackThatIsNoVideo) {
  OpenWithCredit();
  peer_.Track({.codec = media::Codec::kAac});
  runtime_.RunReady();
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
}

TEST_F(TranscodeSessionTest, EndsWithItsPeerAndAnswersForEachPicture) {
  peer_.Open();
  runtime_.RunReady();
  Push(1, 0);
  Push(2, 0);
  peer_.pipe->Close(absl::CancelledError("gone"));
  runtime_.RunReady();
  EXPECT_EQ(stage_.sessions(), 0);
  EXPECT_EQ(counts_.in, 2);
  EXPECT_EQ(counts_.queued, 0);
  EXPECT_EQ(counts_.done, 2);
  EXPECT_EQ(counts_.open, 0);
}

}  // namespace
}  // namespace relayfleet::transcode
