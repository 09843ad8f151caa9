// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transcode/session.h"
#include "services/transcode/testing/stage_harness.h"

// Sessions whose input is coded video.
namespace relayfleet::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Peer;
using ::testing::SizeIs;

class CodedSessionTest : public testing::StageHarness {
 protected:
  void OpenCoded(flow::TranscodeSpec spec = {.no_repeats = true}) {
    OpenWithCredit(std::move(spec));
    peer_.Track({.codec = media::Codec::kH264});
    runtime_.RunReady();
  }
  std::vector<flow::FrameOutcome> outcomes() const {
    std::vector<flow::FrameOutcome> all;
    for (const flow::FrameDone& done : peer_.done) all.push_back(done.outcome);
    return all;
  }
  std::vector<uint64_t> sources() const {
    std::vector<uint64_t> all;
    for (const media::Packet& packet : peer_.packets) all.push_back(packet.source_seq);
    return all;
  }
};

constexpr auto kEncoded = flow::FrameOutcome::kEncoded;
constexpr auto kDecoded = flow::FrameOutcome::kDecoded;
constexpr auto kBadImage = flow::FrameOutcome::kBadImage;
constexpr auto kFailed = flow::FrameOutcome::kFailed;

TEST_F(CodedSessionTest, DecodesEveryPacketInOrderHoweverLateItsCredit) {
  peer_.Open({.no_repeats = true});
  peer_.Track({.codec = media::Codec::kH264});
  for (int i = 0; i < 5; ++i) Push(i + 1, i * 3000);
  EXPECT_THAT(peer_.done, IsEmpty());
  peer_.Credit(100);
  runtime_.RunReady();
  EXPECT_THAT(sources(), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(peer_.pts(), ElementsAre(0 + 1, 3000, 6000, 9000, 12000));
  EXPECT_THAT(outcomes(), ElementsAre(kEncoded, kEncoded, kEncoded, kEncoded, kEncoded));
  EXPECT_EQ(peer_.credits, 2 + 5);
  EXPECT_EQ(counts_.queued, 0);
}

TEST_F(CodedSessionTest, AnswersForHeldPicturesAndLetsThemOutAtTheEnd) {
  script_.held_pictures = 2;
  OpenCoded();
  for (int i = 0; i < 4; ++i) Push(i + 1, 1000 + i * 3000);
  EXPECT_THAT(outcomes(), ElementsAre(kDecoded, kDecoded, kDecoded, kDecoded));
  EXPECT_THAT(sources(), ElementsAre(1, 2));
  peer_.pipe->Send(flow::End{});
  runtime_.RunReady();
  EXPECT_THAT(sources(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(peer_.pts(), ElementsAre(1000, 4000, 7000, 10000));
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(peer_.closed->ok());
}

TEST_F(CodedSessionTest, DropsPicturesAboveTheWantedRateEvenly) {
  OpenCoded({.output_fps = 5, .no_repeats = true});
  for (int i = 0; i < 18; ++i) Push(i + 1, 1 + i * 3000);
  EXPECT_THAT(sources(), ElementsAre(1, 7, 13));
  EXPECT_EQ(outcomes()[0], kEncoded);
  EXPECT_EQ(outcomes()[1], kDecoded);
  EXPECT_EQ(peer_.credits, 2 + 18);
}

TEST_F(CodedSessionTest, DropsJpegsAboveTheWantedRateUndecoded) {
  OpenWithCredit({.output_fps = 5, .no_repeats = true});
  for (int i = 0; i < 12; ++i) Push(i + 1, 1 + i * 3000, i % 6 == 0 ? "ok" : "damaged");
  EXPECT_THAT(sources(), ElementsAre(1, 7));
  EXPECT_EQ(outcomes()[1], kDecoded);
}

TEST_F(CodedSessionTest, ReplayedPacketsMakeNoOutput) {
  OpenCoded();
  for (uint64_t seq = 1; seq <= 3; ++seq) {
    media::Packet packet{.seq = seq, .pts = static_cast<int64_t>(seq) * 3000};
    packet.dts = packet.pts;
    packet.decode_only = seq < 3;
    packet.payload = media::MakePayload("ok");
    peer_.pipe->Send(media::Message(std::move(packet)));
  }
  runtime_.RunReady();
  EXPECT_THAT(sources(), ElementsAre(3));
  EXPECT_TRUE(peer_.packets[0].key);
  EXPECT_THAT(outcomes(), ElementsAre(kDecoded, kDecoded, kEncoded));
}

TEST_F(CodedSessionTest, DamagedPacketsAreAnsweredOneByOne) {
  OpenCoded();
  Push(1, 1, "rubbish");
  Push(2, 3000);
  EXPECT_THAT(outcomes(), ElementsAre(kBadImage, kEncoded));
  EXPECT_EQ(peer_.done[0].detail, "damaged");
}

TEST_F(CodedSessionTest, ANewTrackLetsOutTheOldOnesPicturesFirst) {
  script_.held_pictures = 2;
  OpenCoded();
  Push(1, 3000);
  Push(2, 6000);
  peer_.Track({.codec = media::Codec::kH265});
  runtime_.RunReady();
  EXPECT_THAT(sources(), ElementsAre(1, 2));
  Push(3, 9000);
  EXPECT_THAT(sources(), ElementsAre(1, 2));
  peer_.Track({.codec = media::Codec::kJpeg});
  Push(4, 12000);
  EXPECT_THAT(sources(), ElementsAre(1, 2, 3, 4));
}

TEST_F(CodedSessionTest, EndsWhenATrackCannotBeDecoded) {
  OpenWithCredit();
  peer_.Track({.codec = media::Codec::kLibav, .codec_name = "magic"});
  runtime_.RunReady();
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
  EXPECT_EQ(counts_.open, 0);
}

TEST_F(CodedSessionTest, EndsAPeerThatIgnoresItsCredits) {
  peer_.Open();
  peer_.Track({.codec = media::Codec::kH264});
  for (int i = 0; i < 70; ++i) Push(i + 1, i * 3000);
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsResourceExhausted(*peer_.closed));
  EXPECT_EQ(counts_.queued, 0);
  EXPECT_EQ(counts_.in, counts_.done);
}

TEST_F(CodedSessionTest, ForceIdrEncodesTheHeldPictureThoughNothingIsRepeated) {
  OpenCoded();
  Push(1, 3000, "okZ");
  Advance(5000);
  EXPECT_THAT(peer_.packets, SizeIs(1));
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(2));
  EXPECT_TRUE(peer_.packets[1].key);
  EXPECT_TRUE(peer_.packets[1].repeat);
  EXPECT_EQ(peer_.packets[1].pts, 3000 + 5 * kTicks);
  Advance(5000);
  EXPECT_THAT(peer_.packets, SizeIs(2));
}

TEST_F(CodedSessionTest, RepeatsNoFasterThanTheWantedRate) {
  OpenCoded({.fill_fps = 5, .output_fps = 1});
  Push(1, 3000);
  Advance(1499);
  EXPECT_THAT(peer_.packets, SizeIs(1));
  Advance(1);
  EXPECT_THAT(peer_.packets, SizeIs(2));
}

// A stage whose preferred encoder is hardware that works, until it is told to fail.
class EncoderFallbackTest : public CodedSessionTest {
 protected:
  EncoderFallbackTest() {
    script_.hardware_opens = true;
    hardware_.emplace(EncoderCatalog::Options{}, &codecs_, &runtime_, &runtime_);
    runtime_.RunReady();
    hardware_stage_.emplace(TranscodeStageImpl::Options{}, &runtime_, &runtime_, &codecs_,
                            &*hardware_, &counts_);
    viewer_.emplace(&runtime_, &*hardware_stage_);
    viewer_->Open({.no_repeats = true});
    viewer_->Credit(100);
    runtime_.RunReady();
  }
  void Show(uint64_t seq, const std::string& jpeg) {
    viewer_->Picture(seq, static_cast<int64_t>(seq) * 3000, jpeg);
    runtime_.RunReady();
  }

  std::optional<EncoderCatalog> hardware_;
  std::optional<TranscodeStageImpl> hardware_stage_;
  std::optional<Peer> viewer_;
};

TEST_F(EncoderFallbackTest, FallsToTheNextEncoderWithTheVeryPicture) {
  EXPECT_EQ(viewer_->opened->encoder, "fake_hw");
  Show(1, "okA");
  ASSERT_THAT(viewer_->infos, SizeIs(1));
  script_.hardware_fails = true;
  Show(2, "okB");
  ASSERT_THAT(viewer_->changes, SizeIs(1));
  EXPECT_EQ(viewer_->changes[0].encoder, "fake");
  EXPECT_EQ(viewer_->changes[0].reason, "device lost");
  ASSERT_THAT(viewer_->infos, SizeIs(2));
  EXPECT_EQ(viewer_->infos[1].generation, 2);
  ASSERT_THAT(viewer_->packets, SizeIs(2));
  EXPECT_TRUE(viewer_->packets[1].key);
  EXPECT_EQ(viewer_->packets[1].payload->back(), 'B');
  EXPECT_EQ(viewer_->packets[1].generation, 2);
  EXPECT_EQ(viewer_->done[1].outcome, kEncoded);
  script_.hardware_fails = false;  // it does not go back
  Show(3, "okC");
  EXPECT_THAT(viewer_->changes, SizeIs(1));
  EXPECT_FALSE(viewer_->packets[2].key);
}

TEST_F(EncoderFallbackTest, APictureFailsWhenTheLastEncoderDoes) {
  script_.encoder_fails = true;
  Show(1, "okA");
  ASSERT_THAT(viewer_->done, SizeIs(1));
  EXPECT_EQ(viewer_->done[0].outcome, kFailed);
  script_.encoder_fails = false;
  Show(2, "okB");
  EXPECT_EQ(viewer_->done[1].outcome, kEncoded);
  EXPECT_TRUE(viewer_->packets[0].key);
}

TEST_F(EncoderFallbackTest, RefusesEncodersThatDoNotExist) {
  Peer peer(&runtime_, &*hardware_stage_);
  peer.Open({.encoders = {"h264_magic"}});
  runtime_.RunReady();
  ASSERT_TRUE(peer.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer.closed));
  EXPECT_THAT(std::string(peer.closed->message()), HasSubstr("h264_magic"));
}

}  // namespace
}  // namespace relayfleet::transcode
