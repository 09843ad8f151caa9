// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace relayfleet::gateway
