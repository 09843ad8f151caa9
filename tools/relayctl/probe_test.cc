// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "libs/av/testing/recording.h"
#include "nlohmann/json.hpp"
#include "tools/relayctl/cli.h"

namespace relayfleet::relayctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ProbeTest : public ::testing::Test {
 protected:
  ExitCode Run(const std::string& location) {
    return RunCli({"probe", "--json", "--seconds", "1", location},
                  {.out = out_, .err = err_, .interrupt = interrupt_, .server = "127.0.0.1:1"});
  }
  nlohmann::json Answer() { return nlohmann::json::parse(out_.str()); }

  Interrupt interrupt_;
  std::ostringstream out_, err_;
};

TEST_F(ProbeTest, TellsWhatAFileIsAndWhatAutoMakesOfIt) {
  const std::string file = av::testing::MakeRecording("plain.mp4", av::testing::kTwoSeconds);
  EXPECT_EQ(Run(file), ExitCode::kOk) << err_.str();
  EXPECT_EQ(Answer()["video"], "H264 320x240 25 fps");
  EXPECT_EQ(Answer()["audio"], "AAC 44100 Hz, 2 channels");
  EXPECT_EQ(Answer()["b-frames"], "none");
  EXPECT_THAT(std::string(Answer()["measured"]), StartsWith("25.00 fps"));
  EXPECT_THAT(std::string(Answer()["auto"]), StartsWith("copied"));
  EXPECT_THAT(std::string(Answer()["auto_audio"]), StartsWith("copied"));
}

TEST_F(ProbeTest, BFramesAreSeenAndTranscoded) {
  const std::string file = av::testing::MakeRecording(
      "b.mp4",
      "-f lavfi -i testsrc2=size=320x240:rate=25:duration=1 -c:v libx264 -bf 2 -pix_fmt yuv420p");
  EXPECT_EQ(Run(file), ExitCode::kOk) << err_.str();
  EXPECT_EQ(Answer()["b-frames"], "yes");
  EXPECT_THAT(std::string(Answer()["auto"]), StartsWith("transcoded: B-frames"));
  EXPECT_EQ(Answer()["audio"], "none");
}

TEST_F(ProbeTest, WhatCanNotBeReadIsOneAndNoPasswordIsShown) {
  EXPECT_EQ(Run("/does/not/exist.mp4"), ExitCode::kFailed);
  EXPECT_EQ(Run("rtsp://user:secret@127.0.0.1:1/a"), ExitCode::kFailed);
  EXPECT_THAT(err_.str(), Not(HasSubstr("secret")));
  EXPECT_NE(Run("ftp://user:secret@127.0.0.1/a"), ExitCode::kOk);
  EXPECT_THAT(err_.str(), Not(HasSubstr("secret")));
  const std::string text = ::testing::TempDir() + "/text.mp4";
  std::ofstream(text) << "no video";
  EXPECT_NE(Run(text), ExitCode::kOk);
}

}  // namespace
}  // namespace relayfleet::relayctl
