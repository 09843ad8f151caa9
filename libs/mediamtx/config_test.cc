// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>

namespace relayfleet::mediamtx {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Config(const ConfigOptions& options) {
  const auto config = MakeConfig(options);
  EXPECT_TRUE(config.ok()) << config.status();
  return config.value_or("");
}

TEST(Config, KeepsToLoopbackByDefault) {
  const std::string config = Config({});
  EXPECT_THAT(config, HasSubstr("rtspAddress: \"127.0.0.1:8554\"\n"));
  EXPECT_THAT(config, HasSubstr("rtpAddress: \"127.0.0.1:8000\"\n"));
  EXPECT_THAT(config, HasSubstr("rtcpAddress: \"127.0.0.1:8001\"\n"));
  EXPECT_THAT(config, HasSubstr("hlsAddress: \"127.0.0.1:8888\"\n"));
  EXPECT_THAT(config, HasSubstr("webrtcAddress: \"127.0.0.1:8889\"\n"));
  EXPECT_THAT(config, HasSubstr("webrtcLocalUDPAddress: \"127.0.0.1:8189\"\n"));
  EXPECT_THAT(config, HasSubstr("webrtcLocalTCPAddress: \"127.0.0.1:8189\"\n"));
  EXPECT_THAT(config, HasSubstr("webrtcIPsFromInterfaces: no\n"));
  EXPECT_THAT(config, HasSubstr("webrtcAdditionalHosts: [\"127.0.0.1\"]\n"));
  EXPECT_THAT(config, HasSubstr("api: yes\napiAddress: \"127.0.0.1:9997\"\n"));
  EXPECT_THAT(config, HasSubstr("metrics: yes\nmetricsAddress: \"127.0.0.1:9998\"\n"));
  for (const char* off : {"rtmp: no\n", "srt: no\n", "moq: no\n"}) {
    EXPECT_THAT(config, HasSubstr(off));
  }
  EXPECT_THAT(config, HasSubstr("paths: \n  all_others: \n    useAbsoluteTimestamp: yes\n"));
  EXPECT_THAT(config, Not(HasSubstr("runOnRead")));
}

TEST(Config, OpensReadersPortsToTheNetworkButNeverTheApi) {
  const std::string config = Config({.listen = "0.0.0.0"});
  EXPECT_THAT(config, HasSubstr("rtspAddress: \":8554\"\n"));
  EXPECT_THAT(config, HasSubstr("webrtcIPsFromInterfaces: yes\n"));
  EXPECT_THAT(config, Not(HasSubstr("webrtcAdditionalHosts")));
  EXPECT_THAT(config, HasSubstr("apiAddress: \"127.0.0.1:9997\"\n"));
  EXPECT_THAT(config, HasSubstr("metricsAddress: \"127.0.0.1:9998\"\n"));
  EXPECT_THAT(Config({.listen = "fd00::1"}), HasSubstr("rtspAddress: \"[fd00::1]:8554\"\n"));
}

TEST(Config, PortZeroTurnsAProtocolOff) {
  const std::string config = Config({.rtp_port = 0, .hls_port = 0, .webrtc_port = 0});
  EXPECT_THAT(config, HasSubstr("rtspTransports: [tcp]\n"));
  EXPECT_THAT(config, HasSubstr("hls: no\n"));
  EXPECT_THAT(config, HasSubstr("webrtc: no\n"));
  EXPECT_THAT(config, Not(HasSubstr("rtpAddress")));
}

TEST(Config, QuotesTheNotifierForShellAndYaml) {
  const std::string config = Config({.notifier = "/opt/it's \"here\"/n", .notify_port = 4000});
  EXPECT_THAT(config, HasSubstr(R"(runOnRead: "'/opt/it'\\''s \"here\"/n' 4000")"));
}

TEST(Config, RefusesWhatMediaMtxCouldNotRun) {
  EXPECT_TRUE(absl::IsInvalidArgument(MakeConfig({.notifier = "/opt/$x/n"}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(MakeConfig({.notifier = "/opt/\n/n"}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(MakeConfig({.listen = "localhost"}).status()));
}

TEST(Config, IsWrittenForTheUserAlone) {
  const std::string file = ::testing::TempDir() + "/mediamtx_config_test.yml";
  ASSERT_TRUE(WriteConfig("api: yes\n", file).ok());
  ASSERT_TRUE(WriteConfig("api: no\n", file).ok());
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), "api: no\n");
  struct stat info = {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_FALSE(WriteConfig("x", "/nonexistent/folder/file").ok());
}

}  // namespace
}  // namespace relayfleet::mediamtx
