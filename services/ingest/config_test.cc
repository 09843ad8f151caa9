// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

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

TEST(Config, SourcesAreTheOperatorsToAllow) {
  const auto config =
      ReadWith(ReadConfig, {"--source_allow=10.0.0.0/8", "--source_deny=10.0.0.5",
                            "--fifo_dir=/run/cams", "--file_dir=/videos", "--nortsps_verify"});
  ASSERT_TRUE(config.ok()) << config.status();
  const SourceRules& rules = config->ingest.relays.rules.source;
  EXPECT_EQ(rules.fifo_dir, "/run/cams");
  EXPECT_EQ(rules.file_dir, "/videos");
  for (const SourcePolicy* policy : {&rules.policy, &config->ingest.sources.policy}) {
    EXPECT_TRUE(policy->url.CheckAddress("10.0.0.6").ok());
    EXPECT_FALSE(policy->url.CheckAddress("10.0.0.5").ok());
    EXPECT_FALSE(policy->rtsp.CheckAddress("192.168.0.1").ok());
  }
  EXPECT_FALSE(config->ingest.sources.verify_certificate);
}

TEST(Config, S3IsWhereItsOwnToolsLook) {
  setenv("AWS_ACCESS_KEY_ID", "\"id\"", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "geheim", 1);
  setenv("AWS_REGION", "eu-west-1", 1);
  setenv("AWS_ENDPOINT_URL", "http://elsewhere:9000", 1);
  setenv("AWS_ENDPOINT_URL_S3", "http://minio:9000", 1);
  const auto config = ReadWith(ReadConfig, {});
  setenv("AWS_ENDPOINT_URL_S3", "minio", 1);
  const auto bad = ReadWith(ReadConfig, {});
  for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION",
                           "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"}) {
    unsetenv(name);
  }
  ASSERT_TRUE(config.ok()) << config.status();
  const storage::S3Options& s3 = config->ingest.sources.s3;
  EXPECT_EQ(s3.credentials.access_key, "id");
  EXPECT_EQ(s3.credentials.secret_key, "geheim");
  EXPECT_EQ(s3.region, "eu-west-1");
  EXPECT_EQ(s3.endpoint->host(), "minio");
  EXPECT_THAT(std::string(bad.status().message()), ::testing::HasSubstr("AWS_ENDPOINT_URL_S3"));
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=nowhere", "listen"},
                             {"--metrics_listen=127.0.0.1:x", "metrics_listen"},
                             {"--relay_fps=0", "relay_fps"},
                             {"--relay_fps=61", "relay_fps"},
                             {"--target_allow=nonsense", "target_allow"},
                             {"--target_deny=10.0.0.0/99", "target_deny"},
                             {"--source_allow=nonsense", "source_allow"},
                             {"--source_deny=10.0.0.0/99", "source_deny"},
                             {"--fifo_dir=cams", "fifo_dir"},
                             {"--file_dir=videos", "file_dir"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::ingest
