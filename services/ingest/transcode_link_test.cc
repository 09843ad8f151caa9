// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/transcode_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A link to a scripted transcode that has room for two pictures and eight times room for output.
class TranscodeLinkTest : public ::testing::Test {
 protected:
  TranscodeLinkTest() {
    link_.Start();
    Open();
  }

  void Open() {
    stage_.Say(flow::TranscodeOpened{.instance = "t", .encoder = "libx264"});
    stage_.Say(flow::Credit{2});
    runtime_.RunReady();
  }
  void Offer(uint64_t seq) {
    link_.Offer({.seq = seq, .pts = 9000, .payload = media::MakePayload("jpeg")});
    runtime_.RunReady();
  }
  void Encode(uint64_t seq) {
    stage_.Say(media::Message(
        media::Packet{.source_seq = seq, .pts = 9000, .payload = media::MakePayload("au")}));
    stage_.Say(flow::FrameDone{.seq = seq, .outcome = flow::FrameOutcome::kEncoded});
    stage_.Say(flow::Credit{1});
    runtime_.RunReady();
  }
  void SayDraining() {
    stage_.Say(flow::Draining{});
    runtime_.RunReady();
  }
  TranscodeLink::Handler Handler() {
    return {.on_info = [](const media::StreamInfo&) {},
            .on_packet = [](const media::Packet&) {},
            .on_done = [this](const flow::FrameDone& done) { done_.push_back(done.seq); },
            .on_superseded = [this](uint64_t seq) { superseded_.push_back(seq); },
            .on_up = [this](const flow::TranscodeOpened&) { ++ups_; },
            .on_encoder = [](const flow::EncoderChanged&) {},
            .on_down = [this](const absl::Status&, absl::Duration) { ++downs_; },
            .on_silent = [this](absl::Duration) { ++silent_; },
            .on_heard = [this] { ++heard_; },
            .stamp = [] { return 18000; },
            .room = [] { return 8; }};
  }

  base::testing::FakeRuntime runtime_;
  testing::ScriptedTranscode stage_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector connector_{&stage_};
  std::vector<uint64_t> done_;
  std::vector<uint64_t> superseded_;
  int ups_ = 0;
  int downs_ = 0;
  int silent_ = 0;
  int heard_ = 0;
  TranscodeLink link_{runtime_.NewStrand(), connector_, {.relay = "robot/cam"}, Handler()};
};

TEST_F(TranscodeLinkTest, OneThatDrainsFinishesWhatItHasAndGetsNoMore) {
  Offer(1);
  SayDraining();
  EXPECT_THAT(stage_.Heard<flow::End>(), SizeIs(1));
  Offer(2);
  EXPECT_THAT(stage_.Packets(), SizeIs(1));
  Encode(1);
  EXPECT_THAT(done_, ElementsAre(1u));
  EXPECT_THAT(stage_.Packets(), SizeIs(1));
  EXPECT_THAT(superseded_, IsEmpty());
}

TEST_F(TranscodeLinkTest, AfterADrainTheNextSessionGoesOn) {
  Offer(1);
  SayDraining();
  Offer(2);
  Encode(1);
  stage_.CloseInOrder();
  runtime_.RunReady();
  EXPECT_EQ(downs_, 1);
  runtime_.Advance(absl::Milliseconds(50));
  ASSERT_EQ(stage_.sessions(), 2);
  EXPECT_EQ(stage_.Heard<flow::TranscodeOpen>()[0].last_out_pts, 9000);
  Open();
  ASSERT_THAT(stage_.Packets(), SizeIs(1));
  EXPECT_EQ(stage_.Packets()[0].seq, 2u);
  Encode(2);
  EXPECT_THAT(done_, ElementsAre(1u, 2u));
}

TEST_F(TranscodeLinkTest, OneThatDrainsWithoutPicturesIsLeftAndTheNextGetsTheLast) {
  Offer(1);
  Encode(1);
  SayDraining();
  stage_.CloseInOrder();
  runtime_.Advance(absl::Milliseconds(50));
  Open();
  ASSERT_THAT(stage_.Packets(), SizeIs(1));
  EXPECT_EQ(stage_.Packets()[0].pts, 18000);
}

TEST_F(TranscodeLinkTest, OneThatDrainsAndDoesNotEndIsLeftWithItsPictures) {
  Offer(1);
  SayDraining();
  runtime_.Advance(absl::Milliseconds(400));
  EXPECT_EQ(downs_, 0);
  runtime_.Advance(absl::Milliseconds(200));
  EXPECT_EQ(downs_, 1);
  ASSERT_EQ(stage_.sessions(), 2);
  Open();
  ASSERT_THAT(stage_.Packets(), SizeIs(1));
  EXPECT_EQ(stage_.Packets()[0].seq, 1u);
}

TEST_F(TranscodeLinkTest, OneThatDrainsBeforeItOpensIsLeft) {
  stage_.Die();
  runtime_.Advance(absl::Milliseconds(50));
  ASSERT_EQ(stage_.sessions(), 2);
  stage_.Say(flow::Draining{});
  Open();
  EXPECT_THAT(stage_.Heard<flow::End>(), SizeIs(1));
  EXPECT_EQ(ups_, 1);
  stage_.CloseInOrder();
  runtime_.Advance(absl::Milliseconds(100));
  Open();
  EXPECT_EQ(ups_, 2);
}

TEST_F(TranscodeLinkTest, AFrozenTranscodeIsToldAndOneThatThawsToo) {
  Offer(1);
  runtime_.Advance(absl::Milliseconds(1900));
  EXPECT_EQ(silent_, 0);
  runtime_.Advance(absl::Milliseconds(200));
  EXPECT_EQ(silent_, 1);
  EXPECT_EQ(downs_, 0);
  Encode(1);
  EXPECT_EQ(heard_, 1);
}

TEST_F(TranscodeLinkTest, ATranscodeThatDoesNotOpenIsFrozen) {
  stage_.Die();
  runtime_.Advance(absl::Milliseconds(50));
  ASSERT_EQ(stage_.sessions(), 2);
  runtime_.Advance(absl::Seconds(2));
  EXPECT_EQ(silent_, 1);
}

TEST_F(TranscodeLinkTest, SilenceWithoutPictureOrWithoutRoomForOutputIsNone) {
  runtime_.Advance(absl::Seconds(60));
  EXPECT_EQ(silent_, 0);
  Offer(1);
  for (int i = 0; i < 8; ++i) Encode(1);  // and repeats, until the room is used up
  Offer(2);
  runtime_.Advance(absl::Seconds(60));
  EXPECT_EQ(silent_, 0);
}

}  // namespace
}  // namespace relayfleet::ingest
