// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/fake_runtime.h"
#include "libs/rpc/proto_time.h"

namespace relayfleet::ingest {
namespace {

using namespace relay::v1;  // NOLINT: RELAY_STATE_... reads better alone

class RelayMonitorTest : public ::testing::Test {
 protected:
  void Make(bool restored) {
    monitor_ = std::make_unique<RelayMonitor>(
        runtime_.clock(),
        RelayMonitor::Options{.stale_after = absl::Seconds(5), .restored = restored});
  }
  void SetUp() override { Make(/*restored=*/false); }
  void Advance(absl::Duration time) { runtime_.Advance(time); }

  // A picture came, and readers get it.
  void GoLive() {
    monitor_->OnFrameIn();
    monitor_->OnOnline({.rtsp_url = "rtsp://h/a", .control_api = true});
    monitor_->OnPacketsWritten(1);
  }

  base::testing::FakeRuntime runtime_;
  std::unique_ptr<RelayMonitor> monitor_;
};

TEST_F(RelayMonitorTest, BeginsAsStartingAndNotReady) {
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STARTING);
  EXPECT_FALSE(monitor_->ready());
}

TEST_F(RelayMonitorTest, IsReadyOnceSomethingWasWrittenOnline) {
  monitor_->OnFrameIn();
  monitor_->OnPacketsWritten(1);  // before the path could be read: readers got nothing
  monitor_->OnOnline({});
  EXPECT_FALSE(monitor_->ready());
  monitor_->OnPacketsWritten(1);
  EXPECT_TRUE(monitor_->ready());
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
}

TEST_F(RelayMonitorTest, SilenceMakesItStaleAndAPictureWakesIt) {
  GoLive();
  Advance(absl::Seconds(5));
  monitor_->OnPacketsWritten(1);  // a repeat
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
  Advance(absl::Milliseconds(1));
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STALE);
  EXPECT_TRUE(monitor_->ready());  // its last picture is repeated
  monitor_->OnFrameIn();
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
}

TEST_F(RelayMonitorTest, ARestoredRelayIsStaleUntilItsFirstPicture) {
  Make(/*restored=*/true);
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STALE);
  GoLive();
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
}

TEST_F(RelayMonitorTest, ALostSessionRecoversAndCountsAsARestart) {
  GoLive();
  monitor_->OnLost({.reason = "connection reset", .retry_in = absl::Seconds(2)});
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);
  EXPECT_FALSE(monitor_->ready());
  EXPECT_EQ(monitor_->Status().last_error(), "connection reset");
  EXPECT_EQ(rpc::FromProto(monitor_->Status().next_try()),
            runtime_.clock().Wall() + absl::Seconds(2));
  monitor_->OnOnline({});
  EXPECT_FALSE(monitor_->ready());  // nothing was written into the new session
  monitor_->OnPacketsWritten(1);
  EXPECT_TRUE(monitor_->ready());
  EXPECT_EQ(monitor_->Status().restart_count(), 1u);
  EXPECT_FALSE(monitor_->Status().has_next_try());
}

TEST_F(RelayMonitorTest, APathOfAnotherIsToldAsSuch) {
  GoLive();
  monitor_->OnLost({.reason = "someone publishes there", .path_taken = true});
  EXPECT_EQ(monitor_->Status().last_error(), "PATH_TAKEN: someone publishes there");
}

TEST_F(RelayMonitorTest, AStageThatIsAwayMakesItRecover) {
  GoLive();
  monitor_->OnStageDown("transcode", "died", absl::Seconds(1));
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);
  EXPECT_EQ(monitor_->Status().last_error(), "transcode: died");
  monitor_->OnTranscodeUp("libx264");
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
  EXPECT_EQ(monitor_->Status().encoder(), "libx264");
  monitor_->OnStageDown("publish", "died", absl::Seconds(1));
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);
  monitor_->OnPublishUp(/*resumed=*/true);
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);  // until it says that it is online
  monitor_->OnOnline({});
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
}

TEST_F(RelayMonitorTest, FailedAndStoppedAreFinal) {
  GoLive();
  monitor_->OnFailed("transcode: width");
  EXPECT_EQ(monitor_->State(), RELAY_STATE_FAILED);
  EXPECT_FALSE(monitor_->ready());
  EXPECT_EQ(monitor_->Status().last_error(), "transcode: width");
  monitor_->OnStopped();
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STOPPED);
}

TEST_F(RelayMonitorTest, AFrozenStageIsNamedUntilItSpeaksOrBreaks) {
  GoLive();
  monitor_->OnStageSilent("transcode", absl::Seconds(2));
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);
  EXPECT_FALSE(monitor_->ready());
  EXPECT_EQ(monitor_->Status().last_error(), "transcode: gives no credit for 2s");
  Advance(absl::Seconds(20));  // nothing is written meanwhile, which needs no other words
  EXPECT_EQ(monitor_->Status().last_error(), "transcode: gives no credit for 2s");
  monitor_->OnPacketsWritten(1);
  monitor_->OnFrameIn();
  monitor_->OnStageHeard("transcode");
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
  monitor_->OnStageSilent("publish", absl::Seconds(2));
  monitor_->OnStageDown("publish", "keepalive", absl::Milliseconds(50));
  monitor_->OnPublishUp(/*resumed=*/true);
  monitor_->OnOnline({});
  monitor_->OnPacketsWritten(1);
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
}

TEST_F(RelayMonitorTest, CountsEachPictureOnceByItsEnd) {
  for (int i = 0; i < 3; ++i) monitor_->OnFrameIn();
  monitor_->OnFrameEnd(PushOutcome::kWritten, absl::Milliseconds(10));
  monitor_->OnFrameEnd(PushOutcome::kSuperseded, absl::ZeroDuration());
  monitor_->OnFrameEnd(PushOutcome::kFailed, absl::ZeroDuration());
  monitor_->OnFrameRefused(PushOutcome::kRateLimited);
  monitor_->OnFrameRefused(PushOutcome::kBadImage);
  monitor_->OnPacketsWritten(2);
  monitor_->OnRepeat();
  const RelayStatus status = monitor_->Status();
  EXPECT_EQ(status.frames_in(), 3u);
  EXPECT_EQ(status.frames_out(), 2u);
  EXPECT_EQ(status.frames_repeated(), 1u);
  EXPECT_EQ(status.drops().superseded(), 1u);
  EXPECT_EQ(status.drops().failed(), 1u);
  EXPECT_EQ(status.drops().rate_limited(), 1u);
  EXPECT_EQ(status.drops().bad_image(), 1u);
}

TEST_F(RelayMonitorTest, LatencyIsAMovingMean) {
  monitor_->OnFrameIn();
  monitor_->OnFrameEnd(PushOutcome::kWritten, absl::Milliseconds(16));
  EXPECT_EQ(rpc::FromProto(monitor_->Status().latency()), absl::Milliseconds(16));
  monitor_->OnFrameEnd(PushOutcome::kWritten, absl::Milliseconds(32));
  EXPECT_EQ(rpc::FromProto(monitor_->Status().latency()), absl::Milliseconds(17));
}

TEST_F(RelayMonitorTest, RatesAndUptimeFollowTheClock) {
  for (int i = 0; i < 50; ++i) {
    monitor_->OnFrameIn();
    Advance(absl::Milliseconds(100));
  }
  EXPECT_NEAR(monitor_->Status().fps_in(), 10, 1);
  EXPECT_EQ(monitor_->Status().fps_out(), 0);
  EXPECT_EQ(rpc::FromProto(monitor_->Status().uptime()), absl::Seconds(5));
}

class SourceMonitorTest : public RelayMonitorTest {
 protected:
  void SetUp() override {
    monitor_ = std::make_unique<RelayMonitor>(
        runtime_.clock(), RelayMonitor::Options{.restored = true, .reads_source = true});
    monitor_->OnSourceAttempt(1);
  }
};

TEST_F(SourceMonitorTest, ARestoredOneStartsAndShowsItsAttempts) {
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STARTING);
  monitor_->OnSourceDown("connection refused", absl::Seconds(1));
  EXPECT_EQ(monitor_->Status().last_error(), "source: connection refused");
  EXPECT_TRUE(monitor_->Status().has_next_try());
  monitor_->OnSourceAttempt(2);
  EXPECT_EQ(monitor_->Status().attempt(), 2u);
  EXPECT_FALSE(monitor_->Status().has_next_try());
}

TEST_F(SourceMonitorTest, RecoversWhileTheSourceIsAwayAndCountsTheRestart) {
  monitor_->OnSourceUp();
  GoLive();
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
  EXPECT_EQ(monitor_->Status().attempt(), 0u);
  monitor_->OnSourceDown("reset", absl::Seconds(1));
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);
  EXPECT_FALSE(monitor_->ready());
  monitor_->OnSourceUp();
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RUNNING);
  EXPECT_EQ(monitor_->Status().source_restarts(), 1u);
  EXPECT_EQ(monitor_->Status().restart_count(), 1u);
}

TEST_F(SourceMonitorTest, ASilentSourceIsStaleNotStuck) {
  monitor_->OnSourceUp();
  GoLive();
  Advance(absl::Seconds(6));
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STALE);
}

TEST_F(SourceMonitorTest, PicturesThatGoNowhereAreAStall) {
  monitor_->OnSourceUp();
  GoLive();
  Advance(absl::Seconds(4));
  monitor_->OnFrameIn();
  EXPECT_EQ(monitor_->State(), RELAY_STATE_RECOVERING);
  EXPECT_THAT(monitor_->Status().last_error(), ::testing::HasSubstr("stalled"));
}

TEST_F(SourceMonitorTest, AnUpdateEndsItsFailure) {
  monitor_->OnFailed("401");
  EXPECT_EQ(monitor_->State(), RELAY_STATE_FAILED);
  monitor_->OnUpdated({.reads_source = true});
  EXPECT_EQ(monitor_->State(), RELAY_STATE_STARTING);
  EXPECT_EQ(monitor_->Status().last_error(), "");
}

}  // namespace
}  // namespace relayfleet::ingest
