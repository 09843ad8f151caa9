// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace relayfleet::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

relay::v1::Relay RelayWith(const std::string& key, uint64_t frames_in, uint32_t restarts = 0) {
  relay::v1::Relay relay;
  relay.set_key(key);
  auto& status = *relay.mutable_status();
  status.set_state(relay::v1::RELAY_STATE_RUNNING);
  status.set_ready(true);
  status.set_frames_in(frames_in);
  status.set_frames_out(frames_in * 2);
  status.set_fps_in(4.5);
  status.set_restart_count(restarts);
  status.mutable_drops()->set_bad_image(3);
  return relay;
}

class IngestMetricsTest : public ::testing::Test {
 protected:
  std::string Text() const { return telemetry::RenderText(*registry_); }

  const std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  IngestMetrics metrics_{telemetry::MetricMaker(registry_, "ingest")};
};

TEST_F(IngestMetricsTest, ARelaysSeriesFollowItsStatus) {
  metrics_.Refresh({RelayWith("a/b", 10, 1)});
  metrics_.Refresh({RelayWith("a/b", 12, 2)});
  const std::string text = Text();
  for (const char* line :
       {"relayfleet_ingest_frames_in_total{relay=\"a/b\"} 12\n",
        "relayfleet_ingest_frames_out_total{relay=\"a/b\"} 24\n",
        "relayfleet_ingest_frames_dropped_total{reason=\"bad_image\",relay=\"a/b\"} 3\n",
        "relayfleet_ingest_frames_dropped_total{reason=\"superseded\",relay=\"a/b\"} 0\n",
        "relayfleet_ingest_relay_restarts_total{relay=\"a/b\"} 2\n",
        "relayfleet_ingest_relay_ready{relay=\"a/b\"} 1\n",
        "relayfleet_ingest_relay_state{relay=\"a/b\"} 2\n",
        "relayfleet_ingest_relay_fps_in{relay=\"a/b\"} 4.5\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(IngestMetricsTest, ARelayThatIsGoneLeavesNoSeries) {
  metrics_.Refresh({RelayWith("a", 1), RelayWith("b", 1)});
  metrics_.Refresh({RelayWith("b", 1)});
  EXPECT_THAT(Text(), Not(HasSubstr("relay=\"a\"")));
  metrics_.OnStopped("b", "r-1");
  EXPECT_THAT(Text(), Not(HasSubstr("relay=\"b\"")));
}

TEST_F(IngestMetricsTest, ANewRelayOfTheSameKeyBeginsAtZero) {
  metrics_.Refresh({RelayWith("a", 100)});
  // Made again between two scrapes.
  metrics_.OnStopped("a", "r-1");
  metrics_.OnCreated("a", /*restored=*/false, "r-2");
  metrics_.Refresh({RelayWith("a", 2)});
  EXPECT_THAT(Text(), HasSubstr("relayfleet_ingest_frames_in_total{relay=\"a\"} 2\n"));
}

TEST_F(IngestMetricsTest, CountsPicturesByTheirEnd) {
  metrics_.OnFrame("a", PushOutcome::kWritten, absl::Milliseconds(4));
  metrics_.OnFrame("a", PushOutcome::kBadImage, absl::ZeroDuration());
  metrics_.OnFrame("b", PushOutcome::kBadImage, absl::ZeroDuration());
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_frames_total{outcome=\"written\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_frames_total{outcome=\"bad_image\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_frames_total{outcome=\"superseded\"} 0\n"));
  // A picture that was dropped has no latency.
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_frame_latency_seconds_count 1\n"));
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_frame_latency_seconds_bucket{le=\"0.003\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_frame_latency_seconds_bucket{le=\"0.005\"} 1\n"));
}

TEST_F(IngestMetricsTest, ShowsRelaysQueuesAndStages) {
  metrics_.OnCreated("a", /*restored=*/true, "");
  metrics_.OnCreated("b", /*restored=*/false, "r-1");
  metrics_.OnStopped("a", "r-2");
  metrics_.SetQueued(2, 7);
  metrics_.OnStageTimes({.outcome = flow::FrameOutcome::kEncoded,
                         .queued = absl::Milliseconds(1),
                         .decoded = absl::Milliseconds(2),
                         .encoded = absl::Milliseconds(3)});
  metrics_.OnStageTimes({.outcome = flow::FrameOutcome::kBadImage});
  metrics_.OnStageDown("b", "transcode", "died", absl::Seconds(1));
  metrics_.OnStageDown("b", "source", "401", absl::Seconds(1));
  metrics_.OnLost("b", {.reason = "gone"});
  const std::string text = Text();
  for (const char* line : {"relayfleet_ingest_relays 1\n", "relayfleet_ingest_queue_frames 2\n",
                           "relayfleet_ingest_queue_packets 7\n",
                           "relayfleet_ingest_transcode_latency_seconds_count 1\n",
                           "relayfleet_ingest_transcode_latency_seconds_bucket{le=\"0.005\"} 0\n",
                           "relayfleet_ingest_transcode_latency_seconds_bucket{le=\"0.0075\"} 1\n",
                           "relayfleet_ingest_stage_lost_total{stage=\"transcode\"} 1\n",
                           "relayfleet_ingest_stage_lost_total{stage=\"publish\"} 0\n",
                           "relayfleet_ingest_source_attempts_failed_total 1\n",
                           "relayfleet_ingest_online_lost_total 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace relayfleet::ingest
