// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/coded_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CodedLinkTest : public ::testing::Test {
 protected:
  CodedLinkTest() {
    link_.Start();
    Run();
    link_.SetTrack({.id = 5, .codec = media::Codec::kH265});
  }

  void Run() { runtime_.RunReady(); }
  void Open(uint32_t credits) {
    transcode_.Say(flow::TranscodeOpened{.encoder = "libx264"});
    transcode_.Say(flow::Credit{credits});
    Run();
  }
  void Offer(bool key) {
    link_.Offer({.track = 5,
                 .key = key,
                 .arrival_mono = runtime_.clock().Monotonic(),
                 .payload = media::MakePayload("au")});
    Run();
  }
  void Done(uint64_t seq, flow::FrameOutcome outcome = flow::FrameOutcome::kEncoded) {
    transcode_.Say(flow::FrameDone{.seq = seq, .outcome = outcome});
    transcode_.Say(flow::Credit{1});
    Run();
  }
  void DieAndReturn(uint32_t credits) {
    transcode_.Die();
    runtime_.Advance(absl::Milliseconds(500));
    Open(credits);
  }
  // What this session got: "I1" a key frame, "(I1)" only to be decoded, "info 1", "gap 2-3".
  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const auto& message : transcode_.Heard<media::Message>()) {
      if (const auto* packet = std::get_if<media::Packet>(&message)) {
        const std::string name = absl::StrCat(packet->key ? "I" : "P", packet->seq);
        sent.push_back(packet->decode_only ? absl::StrCat("(", name, ")") : name);
      } else if (const auto* gap = std::get_if<media::Gap>(&message)) {
        sent.push_back(absl::StrCat("gap ", gap->first, "-", gap->last));
      } else {
        sent.push_back(absl::StrCat("info ", std::get<media::StreamInfo>(message).generation));
      }
    }
    return sent;
  }
  CodedLink::Handler Handler() {
    return {.on_info = [](const media::StreamInfo&) {},
            .on_packet = [this](media::Packet packet) { output_.push_back(std::move(packet)); },
            .on_done = [](const flow::FrameDone&) {},
            .on_dropped = [this](uint64_t packets) { dropped_ += packets; },
            .on_need_key = [this] { ++need_keys_; },
            .on_up = [](const flow::TranscodeOpened&) {},
            .on_encoder = [](const flow::EncoderChanged&) {},
            .on_down = [](const absl::Status&, absl::Duration) {},
            .on_silent = [](absl::Duration) {},
            .on_heard = [] {},
            .room = [] { return 8; }};
  }

  base::testing::FakeRuntime runtime_;
  testing::ScriptedTranscode transcode_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector connector_{&transcode_};
  std::vector<media::Packet> output_;
  uint64_t dropped_ = 0;
  int need_keys_ = 0;
  CodedLink link_{runtime_.NewStrand(),
                  connector_,
                  {.relay = "cam", .epoch = 3, .spec = {.width = 640}, .max_packets = 4},
                  Handler()};
};

TEST_F(CodedLinkTest, SendsAsManyAsThereAreCredits) {
  Open(2);
  Offer(true);
  Offer(false);
  Offer(false);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "I1", "P2"));
  EXPECT_EQ(link_.waiting(), 1);
  Done(1);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "I1", "P2", "P3"));
  EXPECT_EQ(transcode_.Packets()[0].track, 0u);
}

TEST_F(CodedLinkTest, BeginsWithAKeyFrame) {
  Open(8);
  Offer(false);
  EXPECT_THAT(Sent(), ElementsAre("gap 1-1"));
  Offer(true);
  EXPECT_THAT(Sent(), ElementsAre("gap 1-1", "info 1", "I2"));
  EXPECT_EQ(dropped_, 1u);
}

TEST_F(CodedLinkTest, WithoutCreditItDropsToTheNextKeyFrame) {
  Open(1);
  Offer(true);
  for (int i = 0; i < 6; ++i) Offer(false);
  EXPECT_EQ(dropped_, 2u);
  EXPECT_EQ(need_keys_, 1);
  Offer(true);
  EXPECT_EQ(dropped_, 6u);
  Done(1);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "I1", "gap 2-7", "I8"));
}

TEST_F(CodedLinkTest, ANewSessionDecodesWhatTheOldOneHadFinished) {
  Open(2);
  Offer(true);
  Done(1);
  Offer(false);
  Done(2);
  Offer(false);
  transcode_.Die();
  Run();
  Offer(false);
  runtime_.Advance(absl::Milliseconds(500));
  Open(8);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "(I1)", "(P2)", "P3", "P4"));
  EXPECT_EQ(dropped_, 0u);
}

TEST_F(CodedLinkTest, TheReplayKeepsToTheCreditsToo) {
  Open(8);
  for (int i = 0; i < 4; ++i) {
    Offer(i == 0);
    Done(i + 1);
  }
  DieAndReturn(2);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "(I1)", "(P2)"));
  Done(1, flow::FrameOutcome::kDecoded);
  Done(2, flow::FrameOutcome::kDecoded);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "(I1)", "(P2)", "(P3)", "(P4)"));
  EXPECT_EQ(dropped_, 0u);
}

TEST_F(CodedLinkTest, AKeyFrameThatComesMeanwhileMakesTheReplayNeedless) {
  Open(8);
  Offer(true);
  Offer(false);
  transcode_.Die();
  Run();
  Offer(true);
  runtime_.Advance(absl::Milliseconds(500));
  Open(8);
  EXPECT_EQ(Sent().back(), "I3");
  EXPECT_THAT(transcode_.Packets(), SizeIs(1));
  EXPECT_EQ(dropped_, 2u);
}

TEST_F(CodedLinkTest, WhatTwoSessionsDiedOverIsDroppedToTheNextKeyFrame) {
  Open(8);
  Offer(true);
  DieAndReturn(8);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "I1"));
  DieAndReturn(8);
  EXPECT_THAT(transcode_.Packets(), IsEmpty());
  EXPECT_EQ(dropped_, 1u);
  EXPECT_EQ(need_keys_, 1);
}

TEST_F(CodedLinkTest, ANewFormatIsToldBeforeItsFirstPacket) {
  Open(1);
  Offer(true);
  Offer(false);
  link_.SetTrack({.codec = media::Codec::kH265, .sps = "other"});
  Offer(true);
  Done(1);
  Done(2);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "I1", "P2", "info 2", "I3"));
}

TEST_F(CodedLinkTest, OutputTellsTheArrivalOfItsSourceAndRepeatsNone) {
  Open(8);
  Offer(true);
  const auto say = [this](bool repeat) {
    transcode_.Say(media::Message(media::Packet{
        .source_seq = 1, .pts = 10, .repeat = repeat, .payload = media::MakePayload("o")}));
    Run();
  };
  say(false);
  say(true);
  ASSERT_THAT(output_, SizeIs(2));
  EXPECT_EQ(output_[0].arrival_mono, runtime_.clock().Monotonic());
  EXPECT_EQ(output_[1].arrival_mono, absl::ZeroDuration());
  DieAndReturn(8);
  EXPECT_EQ(transcode_.Heard<flow::TranscodeOpen>()[0].last_out_pts, 10);
}

TEST_F(CodedLinkTest, ANewSessionIsToldThePlaceOfSoundInVideoTicks) {
  Open(8);
  transcode_.Say(media::Message(
      media::StreamInfo{.tracks = {{.codec = media::Codec::kOpus, .clock_rate = 48000}}}));
  transcode_.Say(
      media::Message(media::Packet{.pts = 96000, .payload = media::MakePayload("opus")}));
  Run();
  DieAndReturn(8);
  EXPECT_EQ(transcode_.Heard<flow::TranscodeOpen>()[0].last_out_pts, 180000);
}

TEST_F(CodedLinkTest, FinishWaitsForTheLastOutput) {
  Open(8);
  Offer(true);
  bool finished = false;
  link_.Finish([&] { finished = true; });
  Run();
  EXPECT_THAT(transcode_.Heard<flow::End>(), IsEmpty());
  Done(1);
  EXPECT_THAT(transcode_.Heard<flow::End>(), SizeIs(1));
  EXPECT_FALSE(finished);
  transcode_.CloseInOrder();
  Run();
  EXPECT_TRUE(finished);
  runtime_.Advance(absl::Seconds(5));
  EXPECT_EQ(transcode_.sessions(), 1);
}

TEST_F(CodedLinkTest, FinishGivesUpOnATranscodeThatDoesNotAnswer) {
  Open(8);
  Offer(true);
  bool finished = false;
  link_.Finish([&] { finished = true; });
  runtime_.Advance(absl::Seconds(2));
  EXPECT_TRUE(finished);
}

TEST_F(CodedLinkTest, ADrainingInstanceIsLeftAndNothingIsLost) {
  Open(8);
  Offer(true);
  Done(1);
  transcode_.Say(flow::Draining{});
  Run();
  EXPECT_THAT(transcode_.Heard<flow::End>(), SizeIs(1));
  Offer(false);
  transcode_.CloseInOrder();
  runtime_.Advance(absl::Milliseconds(500));
  Open(8);
  EXPECT_THAT(Sent(), ElementsAre("info 1", "(I1)", "P2"));
}

TEST(ReplayBuffer, ForgetsARunThatIsTooLong) {
  ReplayBuffer buffer(/*max_bytes=*/5);
  const auto add = [&](bool key) { buffer.Add({.key = key, .payload = media::MakePayload("au")}); };
  add(true);
  add(false);
  EXPECT_FALSE(buffer.empty());
  add(false);
  EXPECT_TRUE(buffer.empty());
  add(false);
  EXPECT_TRUE(buffer.empty());
  add(true);
  EXPECT_FALSE(buffer.empty());
}

}  // namespace
}  // namespace relayfleet::ingest
