// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/clock.h"
#include "libs/telemetry/testing/recording_log.h"

namespace relayfleet::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, CountsByRouteAndCodeNeverByPath) {
  auto registry = std::make_shared<prometheus::Registry>();
  Metrics metrics(registry, telemetry::NullLogger());
  metrics.OnRequest("rest");
  metrics.OnRequest("rest");
  metrics.OnResponse("rest", {.method = "GET",
                              .route = "/v1/relays/{key=**}",
                              .status = 404,
                              .duration = absl::Milliseconds(3)});
  metrics.OnConnectionRefused("rest");
  const std::string text = telemetry::RenderText(*registry);
  EXPECT_THAT(text, HasSubstr("relayfleet_gateway_requests_total{"));
  EXPECT_THAT(text, HasSubstr("code=\"404\""));
  EXPECT_THAT(text, HasSubstr("route=\"/v1/relays/{key=**}\""));
  EXPECT_THAT(text, HasSubstr("relayfleet_gateway_requests_in_flight{api=\"rest\"} 1"));
  EXPECT_THAT(text, HasSubstr("relayfleet_gateway_connections_refused_total{api=\"rest\"} 1"));
  EXPECT_THAT(text, HasSubstr("relayfleet_gateway_request_duration_seconds_count"));
}

TEST(Metrics, CallersTextIsNoLabel) {
  auto registry = std::make_shared<prometheus::Registry>();
  Metrics metrics(registry, telemetry::NullLogger());
  metrics.OnRequest("rest");
  metrics.OnResponse("rest", {.method = "X-EVIL", .status = 404});
  const std::string text = telemetry::RenderText(*registry);
  EXPECT_THAT(text, Not(HasSubstr("EVIL")));
  EXPECT_THAT(text, HasSubstr("route=\"none\""));
}

TEST(Metrics, CountsWhatStreamsCarry) {
  auto registry = std::make_shared<prometheus::Registry>();
  Metrics metrics(registry, telemetry::NullLogger());
  metrics.OnStreamFrame();
  metrics.OnStreamFrame();
  metrics.OnStreamAnswer();
  const std::string text = telemetry::RenderText(*registry);
  EXPECT_THAT(text, HasSubstr("relayfleet_gateway_stream_frames_total 2"));
  EXPECT_THAT(text, HasSubstr("relayfleet_gateway_stream_answers_total 1"));
}

class FailureLog : public ::testing::Test {
 protected:
  // The line about a request that failed.
  std::string Failed(const std::string& route, const std::string& path) {
    auto lines = std::make_shared<telemetry::testing::RecordingLog>();
    auto log = std::make_shared<telemetry::Logger>(lines, telemetry::LogFormat::kText,
                                                   telemetry::LogLevel::kInfo, &clock_);
    Metrics metrics(std::make_shared<prometheus::Registry>(), log);
    metrics.OnResponse(
        "rest",
        {.method = "POST", .route = route, .path = path, .request_id = "r-1", .status = 503});
    return lines->lines().at(0);
  }
  base::SystemClock clock_;
};

TEST_F(FailureLog, NamesTheRelayOfThePath) {
  const std::string line = Failed("/relays/{key=**}/frame", "/relays/robot%2Fcam/frame");
  EXPECT_THAT(line, HasSubstr("relay=robot/cam"));
  EXPECT_THAT(line, HasSubstr("request=r-1"));
  EXPECT_THAT(line, HasSubstr("code=503"));
}

TEST_F(FailureLog, NamesNoneWhereTheRouteHasNone) {
  EXPECT_THAT(Failed("/relays", "/relays"), Not(HasSubstr("relay=")));
}

}  // namespace
}  // namespace relayfleet::gateway
