// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/testing/null_observer.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A relay between two scripted stages, in a time that the test moves.
class RelayTest : public ::testing::Test {
 protected:
  RelayTest() { Make(/*restored=*/false); }

  void Make(bool restored) {
    relay_ = Relay::Start({.key = "robot/cam",
                           .spec = {.max_fps = 30, .path = "robot/cam"},
                           .epoch = 7,
                           .restored = restored},
                          runtime_.NewStrand(), {to_transcode_, to_publish_}, observer_);
    Run();
  }

  void Run() { runtime_.RunReady(); }
  void Advance(absl::Duration time) { runtime_.Advance(time); }

  // Both stages take part: transcode has room for `frames`, publish for eight packets.
  void Open(uint32_t frames = 2) {
    OpenTranscode(frames);
    OpenPublish({});
  }
  void OpenTranscode(uint32_t frames) {
    transcode_.Say(flow::TranscodeOpened{.instance = "t", .encoder = "libx264"});
    transcode_.Say(flow::Credit{frames});
    Run();
  }
  void OpenPublish(flow::PublishOpened opened) {
    publish_.Say(std::move(opened));
    publish_.Say(flow::Credit{8});
    Run();
  }

  void PushFrame(PushOutcome wait_for = PushOutcome::kWritten) {
    Push push{.jpeg = media::MakePayload("jpeg"),
              .arrival_time = runtime_.clock().Wall(),
              .arrival_mono = runtime_.clock().Monotonic(),
              .wait_for = wait_for,
              .done = [this](PushResult result) { answers_.push_back(result.outcome); }};
    relay_->Offer(std::move(push));
    Run();
  }

  // Transcode encodes the picture `seq`.
  void Encode(uint64_t seq, int64_t pts, bool key = true) {
    if (std::exchange(first_, false)) {
      transcode_.Say(media::Message(media::StreamInfo{
          .tracks = {{.codec = media::Codec::kH264, .sps = "sps", .pps = "pps"}}}));
    }
    transcode_.Say(media::Message(media::Packet{.seq = ++out_,
                                                .source_seq = seq,
                                                .pts = pts,
                                                .dts = pts,
                                                .key = key,
                                                .payload = media::MakePayload("au")}));
    transcode_.Say(flow::FrameDone{.seq = seq, .outcome = flow::FrameOutcome::kEncoded});
    transcode_.Say(flow::Credit{1});
    Run();
  }
  void Say(flow::PublishDown down) {
    publish_.Say(std::move(down));
    Run();
  }
  // A first picture all the way: the relay runs.
  void GoLive() {
    Open();
    PushFrame();
    Encode(1, transcode_.Packets().back().pts);
    Say(flow::Online{.rtsp_url = "rtsp://h/robot/cam", .control_api = true});
    Say(flow::WrittenThrough{.seq = 1});
    answers_.clear();
  }

  relay::v1::RelayStatus Status() { return relay_->monitor().Status(); }

  base::testing::FakeRuntime runtime_;
  testing::NullObserver observer_;
  testing::ScriptedTranscode transcode_{runtime_.NewStrand()};
  testing::ScriptedPublish publish_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector to_transcode_{&transcode_};
  flow::DirectPublishConnector to_publish_{&publish_};
  std::vector<PushOutcome> answers_;
  bool first_ = true;
  uint64_t out_ = 0;
  std::shared_ptr<Relay> relay_;
};

TEST_F(RelayTest, OpensBothStagesWithItsEpoch) {
  ASSERT_THAT(transcode_.Heard<flow::TranscodeOpen>(), SizeIs(1));
  EXPECT_EQ(transcode_.Heard<flow::TranscodeOpen>()[0].epoch, 7u);
  ASSERT_THAT(publish_.Heard<flow::PublishOpen>(), SizeIs(1));
  EXPECT_EQ(publish_.Heard<flow::PublishOpen>()[0].path, "robot/cam");
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STARTING);
}

TEST_F(RelayTest, AFrameIsWrittenAndTheRelayRuns) {
  Open();
  PushFrame();
  ASSERT_THAT(transcode_.Packets(), SizeIs(1));
  Encode(1, 1000);
  ASSERT_THAT(publish_.Packets(), SizeIs(1));
  EXPECT_FALSE(Status().ready());
  Say(flow::Online{.rtsp_url = "rtsp://h/robot/cam"});
  Say(flow::WrittenThrough{.seq = 1});
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kWritten));
  EXPECT_TRUE(Status().ready());
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
  EXPECT_EQ(Status().frames_in(), 1u);
  EXPECT_EQ(Status().frames_out(), 1u);
}

TEST_F(RelayTest, NewestWinsWithoutCredit) {
  Open(/*frames=*/1);
  PushFrame();
  Advance(absl::Milliseconds(40));
  PushFrame();
  Advance(absl::Milliseconds(40));
  PushFrame();
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kSuperseded));
  EXPECT_THAT(transcode_.Packets(), SizeIs(1));
  Encode(1, 1000);
  ASSERT_THAT(transcode_.Packets(), SizeIs(2));
  EXPECT_EQ(transcode_.Packets()[1].seq, 3u);
  EXPECT_EQ(Status().drops().superseded(), 1u);
}

TEST_F(RelayTest, AboveMaxFpsIsRateLimited) {
  Open(/*frames=*/10);
  for (int i = 0; i < 3; ++i) PushFrame(PushOutcome::kAccepted);
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kAccepted, PushOutcome::kAccepted,
                                    PushOutcome::kRateLimited));
  EXPECT_EQ(Status().drops().rate_limited(), 1u);
  EXPECT_EQ(Status().frames_in(), 2u);
}

TEST_F(RelayTest, ABadImageIsAnsweredAndTheStreamGoesOn) {
  GoLive();
  PushFrame();
  transcode_.Say(flow::FrameDone{.seq = 2, .outcome = flow::FrameOutcome::kBadImage});
  transcode_.Say(flow::Credit{1});
  Run();
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kBadImage));
  Advance(absl::Milliseconds(100));
  PushFrame();
  EXPECT_EQ(transcode_.Packets().back().seq, 3u);
}

TEST_F(RelayTest, RepeatsAreCountedApart) {
  GoLive();
  Encode(1, 1LL << 60);
  EXPECT_EQ(Status().frames_repeated(), 1u);
}

TEST_F(RelayTest, ANewTranscodeGetsTheUnfinishedFrameAgain) {
  GoLive();
  PushFrame();
  transcode_.Die();
  Run();
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RECOVERING);
  Advance(absl::Milliseconds(500));
  EXPECT_EQ(transcode_.sessions(), 2);
  EXPECT_GT(transcode_.Heard<flow::TranscodeOpen>()[0].last_out_pts, 0);
  OpenTranscode(2);
  ASSERT_THAT(transcode_.Packets(), SizeIs(1));
  EXPECT_EQ(transcode_.Packets()[0].seq, 2u);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
  Encode(2, 1LL << 60);
  Say(flow::WrittenThrough{.seq = 2});
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kWritten));
}

TEST_F(RelayTest, ANewTranscodeWithoutUnfinishedFramesGetsTheLastOne) {
  GoLive();
  const int64_t pts = transcode_.Packets().back().pts;
  transcode_.Die();
  Advance(absl::Milliseconds(500));
  OpenTranscode(2);
  ASSERT_THAT(transcode_.Packets(), SizeIs(1));
  EXPECT_EQ(transcode_.Packets()[0].seq, 1u);
  EXPECT_GT(transcode_.Packets()[0].pts, pts);
}

TEST_F(RelayTest, NeedKeyBecomesForceIdr) {
  GoLive();
  Say(flow::NeedKey{flow::NeedKeyReason::kReader});
  EXPECT_THAT(transcode_.Heard<flow::ForceIdr>(), SizeIs(1));
}

TEST_F(RelayTest, LostAndOnlineAgainCountsARestart) {
  GoLive();
  Say(flow::Lost{.reason = "connection refused", .retry_in = absl::Milliseconds(300)});
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RECOVERING);
  EXPECT_FALSE(Status().ready());
  EXPECT_EQ(Status().last_error(), "connection refused");
  EXPECT_TRUE(Status().has_next_try());
  Say(flow::Online{.rtsp_url = "rtsp://h/robot/cam"});
  EXPECT_EQ(Status().restart_count(), 1u);
  EXPECT_FALSE(Status().ready());  // nothing written yet
}

TEST_F(RelayTest, WhatPublishDroppedFails) {
  GoLive();
  PushFrame();
  Encode(2, 1LL << 60);
  Say(flow::WrittenThrough{.seq = 2, .dropped = 1});
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
  EXPECT_EQ(Status().drops().failed(), 1u);
}

TEST_F(RelayTest, AResumedPublishSettlesWhatWasInFlight) {
  GoLive();
  PushFrame();
  Encode(2, 1LL << 60);
  publish_.Die();
  Run();
  EXPECT_THAT(answers_, IsEmpty());
  Advance(absl::Milliseconds(500));
  EXPECT_EQ(publish_.sessions(), 2);
  OpenPublish({.resumed = true, .written_by_track = {{0, {1LL << 60, 1LL << 60}}}});
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kWritten));
  EXPECT_THAT(transcode_.Heard<flow::ForceIdr>(), SizeIs(1));
}

TEST_F(RelayTest, OnlyWhatAResumedPublishWroteIsWritten) {
  GoLive();
  for (uint64_t seq = 2; seq <= 5; ++seq) {
    Advance(absl::Milliseconds(100));
    PushFrame();
    Encode(seq, (1LL << 60) + static_cast<int64_t>(seq));
  }
  publish_.Die();
  Advance(absl::Milliseconds(500));
  // The first was dropped before the others were written, the last was on its way.
  OpenPublish({.resumed = true,
               .last_dts_by_track = {{0, (1LL << 60) + 5}},
               .written_by_track = {{0, {(1LL << 60) + 3, (1LL << 60) + 4}}}});
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed, PushOutcome::kWritten,
                                    PushOutcome::kWritten, PushOutcome::kFailed));
}

TEST_F(RelayTest, ANewPublishFailsWhatWasInFlight) {
  GoLive();
  PushFrame();
  Encode(2, 1LL << 60);
  publish_.Die();
  Advance(absl::Milliseconds(500));
  OpenPublish({});
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
}

TEST_F(RelayTest, FramesFailWhilePublishIsAwayAndTranscodeGoesOn) {
  GoLive();
  publish_.Refuse(absl::UnavailableError("no"));
  publish_.Die();
  Run();
  for (uint64_t seq = 2; seq < 20; ++seq) {
    Advance(absl::Milliseconds(100));
    PushFrame();
    Encode(seq, (1LL << 60) + static_cast<int64_t>(seq));
  }
  EXPECT_THAT(answers_, SizeIs(18));
  EXPECT_EQ(Status().drops().failed(), 18u);
  uint32_t granted = 0;
  for (const auto& credit : transcode_.Heard<flow::Credit>()) granted += credit.packets;
  EXPECT_EQ(granted, 8u + 18u);  // each with the next picture
}

TEST_F(RelayTest, ARefusalThatNoRetryHealsFails) {
  Open();
  publish_.Refuse(absl::PermissionDeniedError("target is link-local"));
  publish_.Die();
  Advance(absl::Seconds(2));
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_FAILED);
  EXPECT_EQ(Status().last_error(), "publish: target is link-local");
  const int sessions = publish_.sessions();
  Advance(absl::Seconds(60));
  EXPECT_EQ(publish_.sessions(), sessions);
}

TEST_F(RelayTest, SilenceMakesItStale) {
  GoLive();
  // The last picture is repeated meanwhile.
  for (int i = 0; i < 6; ++i) {
    Advance(absl::Seconds(1));
    Encode(1, (1LL << 60) + i);
    Say(flow::WrittenThrough{.seq = static_cast<uint64_t>(2 + i)});
  }
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STALE);
  EXPECT_TRUE(Status().ready());
  PushFrame();
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
}

TEST_F(RelayTest, WithoutRepeatsItIsStuckAndNotReady) {
  GoLive();
  Advance(absl::Seconds(4));
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RECOVERING);
  EXPECT_FALSE(Status().ready());
  EXPECT_EQ(Status().last_error(), "transcode: gives no credit for 2s");
}

TEST_F(RelayTest, WithoutPublishItIsNotReadyAndComingBackIsARestart) {
  GoLive();
  publish_.Die();
  Run();
  EXPECT_FALSE(Status().ready());
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RECOVERING);
  Advance(absl::Milliseconds(500));
  OpenPublish({});
  Say(flow::Online{.rtsp_url = "rtsp://h/robot/cam"});
  EXPECT_FALSE(Status().ready());  // nothing written yet
  EXPECT_EQ(Status().restart_count(), 1u);
}

TEST_F(RelayTest, AResumedSessionIsNoRestart) {
  GoLive();
  publish_.Die();
  Advance(absl::Milliseconds(500));
  OpenPublish({.resumed = true, .last_dts_by_track = {{0, 1}}});
  Say(flow::Online{.rtsp_url = "rtsp://h/robot/cam"});
  EXPECT_EQ(Status().restart_count(), 0u);
}

TEST_F(RelayTest, APictureThatTwoTranscodesDiedOverIsDropped) {
  GoLive();
  PushFrame();
  for (int i = 0; i < 2; ++i) {
    transcode_.Die();
    Advance(absl::Milliseconds(500));
    OpenTranscode(2);
    if (i == 0) EXPECT_EQ(transcode_.Packets().back().seq, 2u);
  }
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
  // The last good one takes its place, so that the stream goes on.
  EXPECT_EQ(transcode_.Packets().back().seq, 1u);
}

TEST_F(RelayTest, ASessionThatGotOnlyABadPictureGetsTheLastGoodOne) {
  GoLive();
  PushFrame();
  transcode_.Die();
  Advance(absl::Milliseconds(500));
  OpenTranscode(2);
  transcode_.Say(flow::FrameDone{.seq = 2, .outcome = flow::FrameOutcome::kBadImage});
  transcode_.Say(flow::Credit{1});
  Run();
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kBadImage));
  EXPECT_EQ(transcode_.Packets().back().seq, 1u);
}

TEST_F(RelayTest, AFailedRelayRefusesFramesAndWakesWaiters) {
  Open();
  std::vector<bool> ready;
  relay_->WhenReady(absl::Seconds(60), [&](bool r) { ready.push_back(r); });
  publish_.Refuse(absl::PermissionDeniedError("target is link-local"));
  publish_.Die();
  Advance(absl::Seconds(2));
  EXPECT_THAT(ready, ElementsAre(false));
  PushFrame(PushOutcome::kAccepted);
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
}

TEST_F(RelayTest, AForgottenWaiterIsAnsweredAtOnce) {
  std::vector<bool> ready;
  const uint64_t waiter = relay_->WhenReady(absl::Seconds(60), [&](bool r) { ready.push_back(r); });
  Run();
  EXPECT_THAT(ready, IsEmpty());
  relay_->Forget(waiter);
  Run();
  EXPECT_THAT(ready, ElementsAre(false));
}

TEST_F(RelayTest, ARestoredRelayIsStaleUntilTheNextPush) {
  Make(/*restored=*/true);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STALE);
  EXPECT_FALSE(Status().ready());
  Open();
  PushFrame();
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STARTING);
}

TEST_F(RelayTest, WhenReadyAnswersAtReadinessOrTimeout) {
  std::vector<bool> ready;
  relay_->WhenReady(absl::Seconds(1), [&](bool r) { ready.push_back(r); });
  Advance(absl::Seconds(1));
  EXPECT_THAT(ready, ElementsAre(false));
  relay_->WhenReady(absl::Seconds(9), [&](bool r) { ready.push_back(r); });
  GoLive();
  EXPECT_THAT(ready, ElementsAre(false, true));
}

TEST_F(RelayTest, StopTellsPublishAndAnswersEverybody) {
  Open();
  PushFrame();
  bool stopped = false;
  std::vector<bool> ready;
  relay_->WhenReady(absl::Seconds(60), [&](bool r) { ready.push_back(r); });
  relay_->Stop(/*handover=*/false, "r-1", [&] { stopped = true; });
  Run();
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
  EXPECT_THAT(ready, ElementsAre(false));
  ASSERT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  EXPECT_FALSE(publish_.Heard<flow::PublishClose>()[0].handover);
  EXPECT_FALSE(stopped);
  publish_.CloseInOrder();
  Run();
  EXPECT_TRUE(stopped);
  PushFrame();
  EXPECT_EQ(answers_.back(), PushOutcome::kFailed);
}

TEST_F(RelayTest, StopGivesUpOnAPublishThatDoesNotAnswer) {
  Open();
  bool stopped = false;
  relay_->Stop(/*handover=*/false, "r-1", [&] { stopped = true; });
  Advance(absl::Seconds(2));
  EXPECT_TRUE(stopped);
}

TEST_F(RelayTest, AnUpdateAnswersWhatIsOpenAndShowsTheLastPictureAnew) {
  GoLive();
  const int64_t pts = transcode_.Packets().back().pts;
  PushFrame();
  relay_->Update({.transcode = {.width = 640, .height = 360}, .path = "robot/cam"}, nullptr);
  Run();
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
  EXPECT_EQ(publish_.sessions(), 1);
  ASSERT_EQ(transcode_.sessions(), 2);
  EXPECT_EQ(transcode_.Heard<flow::TranscodeOpen>()[0].spec.width, 640);
  EXPECT_EQ(transcode_.Heard<flow::TranscodeOpen>()[0].last_out_pts, pts);
  OpenTranscode(2);
  ASSERT_THAT(transcode_.Packets(), SizeIs(1));
  EXPECT_GT(transcode_.Packets()[0].pts, pts);
  PushFrame();
  EXPECT_EQ(transcode_.Packets().back().seq, 1u);
}

}  // namespace
}  // namespace relayfleet::ingest
