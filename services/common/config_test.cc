// SPDX-License-Identifier: Apache-2.0

#include "services/common/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"

ABSL_DECLARE_FLAG(std::string, log_level);

namespace relayfleet::common {
namespace {

using ::testing::HasSubstr;

TEST(ParseEndpoint, TakesBothFamilies) {
  const auto v4 = ParseEndpoint("listen", "127.0.0.1:50051");
  ASSERT_TRUE(v4.ok()) << v4.status();
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 50051);
  const auto v6 = ParseEndpoint("listen", "[::1]:0");
  ASSERT_TRUE(v6.ok()) << v6.status();
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->ToString(), "[::1]:0");
}

TEST(ParseEndpoint, RefusesWhatIsNone) {
  for (const char* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                           "[::1:5", "nowhere:5", ":5"}) {
    const auto endpoint = ParseEndpoint("metrics_listen", text);
    EXPECT_FALSE(endpoint.ok()) << text;
    EXPECT_THAT(endpoint.status().message(), HasSubstr("metrics_listen")) << text;
  }
}

TEST(LogConfig, ABadLevelNamesTheFlag) {
  absl::SetFlag(&FLAGS_log_level, "loud");
  EXPECT_THAT(LogConfig().status().message(), HasSubstr("log_level"));
  absl::SetFlag(&FLAGS_log_level, "debug");
  ASSERT_TRUE(LogConfig().ok());
  EXPECT_EQ(LogConfig()->level, telemetry::LogLevel::kDebug);
}

TEST(ReadStageConfig, HasBothPlacesAndTheLogsName) {
  const auto config = ReadStageConfig("127.0.0.1:1", "127.0.0.1:2", "stage.log");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen.port, 1);
  EXPECT_EQ(config->metrics.port, 2);
  EXPECT_EQ(config->log.file_name, "stage.log");
}

TEST(ReadStageConfig, ABadPlaceNamesItsFlag) {
  EXPECT_THAT(ReadStageConfig("x", "127.0.0.1:2", "").status().message(), HasSubstr("listen"));
  EXPECT_THAT(ReadStageConfig("127.0.0.1:1", "x", "").status().message(),
              HasSubstr("metrics_listen"));
}

}  // namespace
}  // namespace relayfleet::common
