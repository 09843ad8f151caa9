// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/config.h"

#include <gtest/gtest.h>

#include "services/common/testing/bad_flags.h"

namespace relayfleet::standalone {
namespace {

using common::testing::ExpectRefused;
using common::testing::ReadWith;

TEST(Config, StandardValuesAreLoopbackAndAMediaMtxOfItsOwn) {
  setenv("XDG_STATE_HOME", "/tmp/xdg", 1);
  const auto config = ReadWith(ReadConfig, {});
  unsetenv("XDG_STATE_HOME");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->fleet.gateway.listen, "127.0.0.1");
  EXPECT_EQ(config->fleet.metrics.ToString(), "127.0.0.1:9600");
  EXPECT_FALSE(config->fleet.mediamtx.has_value());
  EXPECT_EQ(config->fleet.ingest.state_dir, "/tmp/xdg/relayfleet");
}

TEST(Config, OneAddressIsForAllThatUsersReach) {
  const auto config = ReadWith(ReadConfig, {"--listen=0.0.0.0"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->fleet.gateway.listen, "0.0.0.0");
  EXPECT_EQ(config->fleet.media_server.listen, "0.0.0.0");
  EXPECT_EQ(config->fleet.metrics.host, "127.0.0.1");
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=everywhere", "listen"},
                             {"--metrics_listen=9600", "metrics_listen"},
                             {"--robot_relay_port=65536", "robot_relay_port"},
                             {"--relay_fps=0", "relay_fps"},
                             {"--mediamtx_rtsp=ftp://h", "mediamtx_rtsp"},
                             {"--mediamtx_api=mtx:9997", "mediamtx_api"},
                             {"--mediamtx_rtsp_port=65536", "mediamtx_rtsp_port"},
                             {"--mediamtx_webrtc_udp_port=-2", "mediamtx_webrtc_udp_port"},
                             {"--target_allow=nonsense", "target_allow"},
                             {"--target_deny=10.0.0.0/99", "target_deny"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::standalone
