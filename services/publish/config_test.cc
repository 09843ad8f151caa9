// SPDX-License-Identifier: Apache-2.0

#include "services/publish/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/common/testing/bad_flags.h"

namespace relayfleet::publish {
namespace {

using common::testing::ExpectRefused;
using common::testing::ReadWith;
using ::testing::HasSubstr;

TEST(Config, StandardValuesAreLoopbackAndTheNamedPorts) {
  const auto config = ReadWith(ReadConfig, {});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen.ToString(), "127.0.0.1:50053");
  EXPECT_EQ(config->metrics.ToString(), "127.0.0.1:9603");
  EXPECT_EQ(config->publish.server.Name(), "rtsp://127.0.0.1:8554");
  EXPECT_TRUE(config->publish.server.own);
  EXPECT_FALSE(config->publish.notifier.has_value());
}

TEST(Config, TheOldNameOfTheMediaServerCounts) {
  setenv("MEDIAMTX_HOST", "10.1.2.3:8555", 1);
  const auto config = ReadWith(ReadConfig, {"--notify_listen=127.0.0.1:0"});
  unsetenv("MEDIAMTX_HOST");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->publish.server.Name(), HasSubstr("10.1.2.3:8555"));
  EXPECT_TRUE(config->publish.notifier.has_value());
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=nowhere", "listen"},
                             {"--metrics_listen=:1", "metrics_listen"},
                             {"--mediamtx_rtsp=ftp://h", "mediamtx_rtsp"},
                             {"--mediamtx_api=mtx:9997", "mediamtx_api"},
                             {"--notify_listen=x", "notify_listen"},
                             {"--target_allow=nonsense", "target_allow"},
                             {"--target_deny=10.0.0.0/99", "target_deny"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::publish
