// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/clock.h"
#include "libs/telemetry/testing/recording_log.h"
#include "services/ingest/testing/null_observer.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class RelayLogTest : public ::testing::Test {
 protected:
  RelayLog Log(telemetry::LogFormat format) {
    return RelayLog(
        std::make_shared<telemetry::Logger>(lines_, format, telemetry::LogLevel::kDebug, &clock_),
        next_);
  }

  base::SystemClock clock_;
  testing::NullObserver next_;
  const std::shared_ptr<telemetry::testing::RecordingLog> lines_ =
      std::make_shared<telemetry::testing::RecordingLog>();
};

TEST_F(RelayLogTest, LinesCarryRelayAndRequest) {
  RelayLog log = Log(telemetry::LogFormat::kText);
  log.OnCreated("robot/cam", /*restored=*/false, "r-1");
  log.OnRefused("robot/cam", "r-2", PushOutcome::kBadImage, "not a JPEG: no header");
  log.OnStopped("robot/cam", "r-3");
  EXPECT_THAT(lines_->lines(),
              ElementsAre(EndsWith("INFO relay created relay=robot/cam request=r-1"),
                          HasSubstr("DEBUG picture refused relay=robot/cam request=r-2"),
                          EndsWith("INFO relay stopped relay=robot/cam request=r-3")));
}

TEST_F(RelayLogTest, JsonHasThemAsFields) {
  Log(telemetry::LogFormat::kJson).OnCreated("robot/cam", /*restored=*/false, "r-1");
  EXPECT_THAT(lines_->lines(), ElementsAre(HasSubstr(R"("relay":"robot/cam","request":"r-1")")));
}

TEST_F(RelayLogTest, WhatTheProcessDoesByItselfHasNoRequest) {
  RelayLog log = Log(telemetry::LogFormat::kText);
  log.OnCreated("a", /*restored=*/true, "");
  log.OnStopped("a", "");
  EXPECT_THAT(lines_->lines(), ElementsAre(EndsWith("relay restored relay=a"),
                                           EndsWith("relay handed over relay=a")));
}

}  // namespace
}  // namespace relayfleet::ingest
