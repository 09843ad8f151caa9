// SPDX-License-Identifier: Apache-2.0

#include "services/common/operator_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "libs/base/clock.h"
#include "libs/base/signals.h"
#include "libs/http/testing/raw_client.h"
#include "libs/telemetry/testing/recording_log.h"

namespace relayfleet::common {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OperatorPortTest : public ::testing::Test {
 protected:
  OperatorPortTest() {
    // Before threads start: they inherit what is blocked.
    base::BlockSignals();
    runtime_ = std::make_unique<base::ThreadRuntime>(1, "test");
    auto port = OperatorPort::Listen({"127.0.0.1", 0}, [] { return "a 1\n"; }, runtime_.get());
    EXPECT_TRUE(port.ok()) << port.status();
    port_ = *std::move(port);
  }
  ~OperatorPortTest() override {
    port_ = nullptr;
    runtime_->Stop();
  }

  http::testing::RawClient::Reply Get(const std::string& path) {
    http::testing::RawClient client(port_->port());
    return client.Ask(http::testing::RequestText("GET", path)).value();
  }

  std::unique_ptr<base::ThreadRuntime> runtime_;
  std::unique_ptr<OperatorPort> port_;
};

TEST_F(OperatorPortTest, ServesMetricsAndIsReady) {
  EXPECT_EQ(Get("/metrics").body, "a 1\n");
  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_EQ(Get("/healthz").status, 200);
}

TEST_F(OperatorPortTest, ASignalEndsReadinessNotTheRest) {
  base::SystemClock clock;
  auto lines = std::make_shared<telemetry::testing::RecordingLog>();
  const telemetry::Logger log(lines, telemetry::LogFormat::kText, telemetry::LogLevel::kInfo,
                              &clock);
  raise(SIGTERM);
  port_->WaitForStop(log);
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_THAT(Get("/readyz").body, HasSubstr("starting or stopping"));
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/metrics").status, 200);
  EXPECT_THAT(lines->lines(), ElementsAre(HasSubstr("stopping signal=15")));
}

TEST(OperatorPort, ATakenPortIsAnError) {
  base::ThreadRuntime runtime(1, "test");
  const auto first = OperatorPort::Listen({"127.0.0.1", 0}, [] { return ""; }, &runtime);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second =
      OperatorPort::Listen({"127.0.0.1", (*first)->port()}, [] { return ""; }, &runtime);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(std::to_string((*first)->port())));
}

}  // namespace
}  // namespace relayfleet::common
