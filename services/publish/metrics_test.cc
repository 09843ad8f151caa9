// SPDX-License-Identifier: Apache-2.0

#include "services/publish/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/telemetry/metrics.h"

namespace relayfleet::publish {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PublishMetrics, CountsPerRelayAndForgetsItWithThePath) {
  prometheus::Registry registry;
  Metrics metrics(&registry);
  metrics.OnOnline("a/b", true);
  metrics.OnReceived("a/b", 1);
  metrics.OnWritten("a/b", 1000, absl::Milliseconds(4));
  metrics.OnWritten("a/b", 500, absl::ZeroDuration());
  metrics.OnDropped("a/b", DropReason::kNeedKey);
  metrics.OnQueueDepth("a/b", 3);
  metrics.OnNeedKey("a/b", flow::NeedKeyReason::kReader);
  metrics.OnRefused(absl::InvalidArgumentError("x"));
  std::string text = telemetry::RenderText(registry);
  for (const char* line :
       {"relayfleet_publish_packets_received_total{relay=\"a/b\"} 1",
        "relayfleet_publish_packets_written_total{relay=\"a/b\"} 2",
        "relayfleet_publish_bytes_written_total{relay=\"a/b\"} 1500",
        "relayfleet_publish_packets_dropped_total{reason=\"need_key\",relay=\"a/b\"} 1",
        "relayfleet_publish_packets_dropped_total{reason=\"superseded\",relay=\"a/b\"} 0",
        "relayfleet_publish_online{relay=\"a/b\"} 1",
        "relayfleet_publish_queue_packets{relay=\"a/b\"} 3",
        "relayfleet_publish_rtsp_sessions_total{relay=\"a/b\"} 1",
        "relayfleet_publish_need_key_total{relay=\"a/b\"} 1",
        "relayfleet_publish_calls_refused_total 1",
        "relayfleet_publish_write_latency_seconds_count 1"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  metrics.OnLost("a/b", {.reason = "gone"});
  text = telemetry::RenderText(registry);
  EXPECT_THAT(text, HasSubstr("relayfleet_publish_online{relay=\"a/b\"} 0"));
  EXPECT_THAT(text, HasSubstr("relayfleet_publish_rtsp_failures_total{relay=\"a/b\"} 1"));
  metrics.OnGone("a/b");
  EXPECT_THAT(telemetry::RenderText(registry), Not(HasSubstr("a/b")));
}

}  // namespace
}  // namespace relayfleet::publish
