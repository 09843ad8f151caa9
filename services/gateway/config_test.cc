// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/config.h"

#include <gtest/gtest.h>

#include "services/common/testing/bad_flags.h"

namespace relayfleet::gateway {
namespace {

using common::testing::ExpectRefused;
using common::testing::ReadWith;

TEST(Config, StandardPortsAreNotInsistedOn) {
  const auto config = ReadWith(ReadConfig, {});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->gateway.listen, "127.0.0.1");
  EXPECT_EQ(config->gateway.robot_relay.value, 5020);
  EXPECT_FALSE(config->gateway.robot_relay.is_explicit);
  EXPECT_EQ(config->gateway.rest.value, 8600);
  EXPECT_EQ(config->gateway.grpc.value, 50050);
  EXPECT_EQ(config->ingest, "127.0.0.1:50051");
  EXPECT_EQ(config->metrics.ToString(), "127.0.0.1:9600");
}

TEST(Config, APortThatIsGivenIsInsistedOn) {
  const auto config = ReadWith(ReadConfig, {"--robot_relay_port=5020", "--grpc_port=0"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->gateway.robot_relay.is_explicit);
  EXPECT_EQ(config->gateway.grpc.value, 0);
  EXPECT_TRUE(config->gateway.grpc.is_explicit);
}

TEST(Config, TheOldNameOfTheRobotRelayPortCounts) {
  setenv("RELAY_SERVICE_PORT", "6020", 1);
  const auto config = ReadWith(ReadConfig, {});
  unsetenv("RELAY_SERVICE_PORT");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->gateway.robot_relay.value, 6020);
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=everywhere", "listen"},
                             {"--metrics_listen=9600", "metrics_listen"},
                             {"--robot_relay_port=65536", "robot_relay_port"},
                             {"--rest_port=-1", "rest_port"},
                             {"--grpc_port=70000", "grpc_port"},
                             {"--target_allow=nonsense", "target_allow"},
                             {"--target_deny=10.0.0.0/99", "target_deny"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::gateway
