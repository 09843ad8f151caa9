// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/config.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(Config, EncodersComeByPreferenceAndHardwareCanBeLeftOut) {
  const std::vector<std::string> all = {"h264_nvmpi", "h264_nvenc", "h264_v4l2m2m", "libx264"};
  EXPECT_EQ(ReadWith(ReadConfig, {})->transcode.encoders.preference, all);
  const std::vector<std::string> some = {"libx264", "h264_v4l2m2m"};
  EXPECT_EQ(
      ReadWith(ReadConfig, {"--encoders=libx264,h264_v4l2m2m"})->transcode.encoders.preference,
      some);
  const std::vector<std::string> software = {"libx264"};
  EXPECT_EQ(
      ReadWith(ReadConfig, {"--encoders=", "--use_nvenc=false"})->transcode.encoders.preference,
      software);
}

TEST(Config, ABadValueNamesItsFlag) {
  ExpectRefused(ReadConfig, {{"--listen=127.0.0.1", "listen"},
                             {"--metrics_listen=nowhere:1", "metrics_listen"},
                             {"--codec_threads=-1", "codec_threads"},
                             {"--codec_threads=1025", "codec_threads"},
                             {"--max_sessions=0", "max_sessions"},
                             {"--encoders=libx264,h264_magic", "h264_magic"},
                             {"--log_level=loud", "log_level"},
                             {"--log_format=xml", "log_format"}});
}

}  // namespace
}  // namespace relayfleet::transcode
