// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/config.h"

#include <gtest/gtest.h>

#include "services/common/testing/bad_flags.h"

namespace relayfleet::ingest {
namespace {

using common::testing::ExpectRefused;
using common::testing::ReadWith;

TEST(Config, StandardValuesAreLoopbackAndTheNamedPorts) {
  const auto config = ReadWith(ReadConfig, {});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen.ToString(), "127.0.0.1:50051");
  EXPECT_EQ(config->metrics.ToString(), "127.0.0.1:9601");
  EXPECT_EQ(config->transcode, "127.0.0.1:50052");
  EXPECT_EQ(config->publish, "127.0.0.1:50053");
  EXPECT_EQ(config->ingest.relays.rules.source.fill_fps, 5);
}

TEST(Config, FlagsReachTheService) {
  const auto config = ReadWith(ReadConfig, {"--listen=[::1]:7", "--relay_fps=9", "--state_dir=/s"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->ingest.relays.endpoint, "[::1]:7");
  EXPECT_EQ(config->ingest.relays.rules.source.fill_fps, 9);
  EXPECT_EQ(config->ingest.state_dir, "/s");
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=nowhere", "listen"},
                             {"--metrics_listen=127.0.0.1:x", "metrics_listen"},
                             {"--relay_fps=0", "relay_fps"},
                             {"--relay_fps=61", "relay_fps"},
                             {"--target_allow=nonsense", "target_allow"},
                             {"--target_deny=10.0.0.0/99", "target_deny"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::ingest
