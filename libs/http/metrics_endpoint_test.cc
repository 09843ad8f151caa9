// SPDX-License-Identifier: Apache-2.0

#include "libs/http/metrics_endpoint.h"

#include <gtest/gtest.h>

#include <atomic>

#include "libs/http/testing/raw_client.h"

namespace relayfleet::http {
namespace {

using testing::RawClient;
using testing::RequestText;

TEST(MetricsEndpoint, AnswersTheProbes) {
  base::ThreadRuntime runtime(1, "test");
  std::atomic<bool> ready = false;
  auto endpoint = MetricsEndpoint::Listen(
      "127.0.0.1", 0,
      {.metrics = [] { return "relayfleet_up 1\n"; },
       .ready = [&] { return ready ? absl::OkStatus() : absl::UnavailableError("no peer yet"); }},
      &runtime);
  ASSERT_TRUE(endpoint.ok()) << endpoint.status();
  RawClient client((*endpoint)->port());
  const auto metrics = client.Ask(RequestText("GET", "/metrics"));
  ASSERT_TRUE(metrics.ok()) << metrics.status();
  EXPECT_EQ(metrics->body, "relayfleet_up 1\n");
  EXPECT_EQ(metrics->Header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(client.Ask(RequestText("GET", "/healthz"))->status, 200);
  const auto not_ready = client.Ask(RequestText("GET", "/readyz"));
  EXPECT_EQ(not_ready->status, 503);
  EXPECT_EQ(not_ready->body, "no peer yet\n");
  ready = true;
  EXPECT_EQ(client.Ask(RequestText("GET", "/readyz"))->status, 200);
}

}  // namespace
}  // namespace relayfleet::http
