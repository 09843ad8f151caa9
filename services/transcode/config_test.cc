// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/config.h"

#include <gtest/gtest.h>

#include "services/common/testing/bad_flags.h"

namespace relayfleet::transcode {
namespace {

using common::testing::ExpectRefused;
using common::testing::ReadWith;

TEST(Config, StandardValuesAreLoopbackAndTheNamedPorts) {
  const auto config = ReadWith(ReadConfig, {});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen.ToString(), "127.0.0.1:50052");
  EXPECT_EQ(config->metrics.ToString(), "127.0.0.1:9602");
  EXPECT_EQ(config->transcode.codec_threads, 0);
  EXPECT_FALSE(config->transcode.stage.instance.empty());
}

TEST(Config, FlagsReachTheService) {
  const auto config = ReadWith(ReadConfig, {"--codec_threads=3", "--max_sessions=4"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->transcode.codec_threads, 3);
  EXPECT_EQ(config->transcode.stage.max_sessions, 4);
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=127.0.0.1", "listen"},
                             {"--metrics_listen=nowhere:1", "metrics_listen"},
                             {"--codec_threads=-1", "codec_threads"},
                             {"--codec_threads=1025", "codec_threads"},
                             {"--max_sessions=0", "max_sessions"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::transcode
