// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tools/relayctl/testing/fake_relay_service.h"

namespace relayfleet::relayctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliTest : public ::testing::Test {
 protected:
  ExitCode Run(std::vector<std::string> args) {
    out_.str("");
    err_.str("");
    return RunCli(std::move(args),
                  {.out = out_, .err = err_, .interrupt = interrupt_, .server = server_.address()});
  }

  // A folder with these files.
  std::string Folder(const std::vector<std::pair<std::string, std::string>>& files) {
    const std::filesystem::path path = ::testing::TempDir() + "/pictures";
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    for (const auto& [name, content] : files) std::ofstream(path / name) << content;
    return path.string();
  }

  testing::FakeServer server_;
  Interrupt interrupt_;
  std::ostringstream out_, err_;
};

TEST_F(CliTest, CreateSendsWhatWasAskedForAndNoMore) {
  EXPECT_EQ(Run({"relay", "create", "a/b", "--width", "640", "--height=480", "--max_fps", "15",
                 "--mediamtx", "rtsp://x:1", "--path", "p"}),
            ExitCode::kOk);
  EXPECT_EQ(out_.str(), "created: a/b\n");
  const relay::v1::CreateRelayRequest request = server_.service().creations().at(0);
  EXPECT_EQ(request.spec().output().width(), 640);
  EXPECT_EQ(request.spec().output().height(), 480);
  EXPECT_EQ(request.spec().output().bitrate_kbps(), 0);
  EXPECT_TRUE(request.spec().has_frames());
  EXPECT_EQ(request.spec().frames().max_fps(), 15);
  EXPECT_EQ(request.spec().mediamtx().url(), "rtsp://x:1");
  EXPECT_EQ(request.spec().mediamtx().path(), "p");
}

TEST_F(CliTest, EachSourceHasItsOptions) {
  const std::string sdp = Folder({{"camera.sdp", "v=0"}}) + "/camera.sdp";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--rtsp", "rtsp://h/a", "--transport", "udp"},
       "rtsp { url: \"rtsp://h/a\" transport: RTSP_TRANSPORT_UDP }"},
      {{"--sdp", sdp, "--allow_from", "10.0.0.0/8,::1"},
       "rtp { sdp: \"v=0\" allow_from: \"10.0.0.0/8\" allow_from: \"::1\" }"},
      {{"--udp-port", "9000", "--codec", "H265", "--payload_type", "0", "--bind", "::"},
       "rtp { port: 9000 codec: \"H265\" payload_type: 0 bind_address: \"::\" }"},
      {{"--annexb"}, "annexb { }"},
      {{"--fifo", "/run/camera"}, "annexb { fifo: \"/run/camera\" }"},
      {{"--file", "talk.mp4", "--loop"}, "file { location: \"talk.mp4\" loop: true }"},
      {{"--s3", "s3://b/k"}, "file { location: \"s3://b/k\" }"},
      {{"--url", "srt://h:1"}, "url { url: \"srt://h:1\" }"},
      {{"--rtsp", "rtsp://h/a", "--fps", "5", "--mode", "copy", "--fit", "cover", "--profile",
        "main", "--audio", "opus", "--encoders", "a,b", "--gop", "1.5", "--stall_after", "3"},
       "rtsp { url: \"rtsp://h/a\" } output { gop { seconds: 1 nanos: 500000000 } mode: "
       "OUTPUT_MODE_COPY fit: FIT_COVER fps: 5 profile: PROFILE_MAIN encoders: \"a\" encoders: "
       "\"b\" audio: AUDIO_MODE_OPUS } stall_after { seconds: 3 }"}};
  for (size_t i = 0; i < cases.size(); ++i) {
    std::vector<std::string> args = {"relay", "create", std::to_string(i)};
    args.insert(args.end(), cases[i].first.begin(), cases[i].first.end());
    EXPECT_EQ(Run(args), ExitCode::kOk) << err_.str();
    EXPECT_EQ(server_.service().creations().at(i).spec().ShortDebugString(), cases[i].second);
  }
}

TEST_F(CliTest, OptionsOfTwoSourcesAreTwo) {
  const std::vector<std::vector<std::string>> wrong = {
      {"--rtsp", "rtsp://h/a", "--annexb"}, {"--annexb", "--fifo", "/f"}, {"--annexb", "--loop"},
      {"--file", "a", "--max_fps", "3"},    {"--transport", "tcp"},       {"--bind", "::"},
      {"--sdp", "x", "--codec", "H264"},    {"--mode", "maybe"}};
  for (std::vector<std::string> args : wrong) {
    args.insert(args.begin(), {"relay", "create", "a"});
    EXPECT_EQ(Run(args), ExitCode::kUsage) << err_.str();
  }
  EXPECT_EQ(Run({"relay", "create", "a", "--sdp", "/nonexistent"}), ExitCode::kNotFound);
  EXPECT_EQ(server_.service().creations().size(), 0u);
}

TEST_F(CliTest, UpdateReplacesTheSpec) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"relay", "update", "a", "--rtsp", "rtsp://h/b"}), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "updated: a\n");
  EXPECT_EQ(Run({"relay", "update", "a", "--revision", "7"}), ExitCode::kFailed);
  EXPECT_EQ(Run({"relay", "update", "x"}), ExitCode::kNotFound);
}

TEST_F(CliTest, WatchTellsWhatThereIsAndWhatChanges) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"relay", "watch", "--count", "2"}), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "a RUNNING not ready\na RECOVERING not ready: No route to host\n");
  EXPECT_EQ(Run({"relay", "watch", "--json", "--count", "1"}), ExitCode::kOk);
  EXPECT_EQ(nlohmann::json::parse(out_.str())["relay"]["key"], "a");
}

TEST_F(CliTest, AWatchGoesOnWhenTheFleetComesBack) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"relay", "watch", "--count", "3"}), ExitCode::kOk);
  EXPECT_THAT(err_.str(), HasSubstr("going away; trying again"));
}

TEST_F(CliTest, EncodersSayWhyOneIsNotUsed) {
  EXPECT_EQ(Run({"encoders"}), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("h264_nvenc  no      yes       -                 Cannot load"));
  EXPECT_THAT(out_.str(), HasSubstr("libx264     yes     no        2.5 ms            -"));
}

TEST_F(CliTest, WhoCreatesTakesTheMediamtxOfItsSurroundings) {
  const auto run = [this](std::vector<std::string> args) {
    return RunCli(std::move(args), {.out = out_,
                                    .err = err_,
                                    .interrupt = interrupt_,
                                    .server = server_.address(),
                                    .mediamtx = "rtsp://u:p@y:1"});
  };
  EXPECT_EQ(run({"relay", "create", "a"}), ExitCode::kOk);
  EXPECT_EQ(run({"relay", "create", "b", "--mediamtx", "rtsp://x:1"}), ExitCode::kOk);
  EXPECT_EQ(server_.service().creations().at(0).spec().mediamtx().url(), "rtsp://u:p@y:1");
  EXPECT_EQ(server_.service().creations().at(1).spec().mediamtx().url(), "rtsp://x:1");
  EXPECT_EQ(run({"push", "c", "--frames", Folder({{"a.jpg", "1"}}), "--create"}), ExitCode::kOk);
  EXPECT_EQ(server_.service().creations().at(2).spec().mediamtx().url(), "rtsp://u:p@y:1");
}

TEST_F(CliTest, CreateAgainIsFineAndWithAnotherSpecIsSix) {
  EXPECT_EQ(Run({"relay", "create", "a"}), ExitCode::kOk);
  EXPECT_EQ(Run({"relay", "create", "a"}), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "exists: a\n");
  EXPECT_EQ(Run({"relay", "create", "a", "--fps", "9"}), ExitCode::kExists);
}

TEST_F(CliTest, ListIsATableOrALinePerRelay) {
  server_.service().AddRelay("a");
  server_.service().AddRelay("longer/key");
  EXPECT_EQ(Run({"relay", "list"}), ExitCode::kOk);
  EXPECT_THAT(out_.str(), StartsWith("KEY         STATE    READY"));
  EXPECT_THAT(out_.str(), HasSubstr("\na           RUNNING  no"));
  EXPECT_EQ(Run({"--json", "relay", "list"}), ExitCode::kOk);
  std::istringstream lines(out_.str());
  std::vector<std::string> keys;
  for (std::string line; std::getline(lines, line);) {
    keys.push_back(nlohmann::json::parse(line)["key"]);
  }
  EXPECT_THAT(keys, ElementsAre("a", "longer/key"));
}

TEST_F(CliTest, UnknownRelaysAreThree) {
  EXPECT_EQ(Run({"relay", "get", "x"}), ExitCode::kNotFound);
  EXPECT_EQ(Run({"relay", "delete", "x"}), ExitCode::kNotFound);
  EXPECT_EQ(Run({"relay", "ready", "x"}), ExitCode::kNotFound);
  EXPECT_EQ(Run({"push", "x", "--frames", Folder({{"a.jpg", "1"}})}), ExitCode::kNotFound);
  EXPECT_EQ(Run({"relay", "get", "x", "--json"}), ExitCode::kNotFound);
  EXPECT_EQ(nlohmann::json::parse(err_.str())["error"]["code"], "NOT_FOUND");
}

TEST_F(CliTest, GetAndDeleteAct) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"relay", "get", "a"}), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("state        RUNNING, not ready\n"));
  EXPECT_EQ(Run({"relay", "delete", "a"}), ExitCode::kOk);
  EXPECT_EQ(Run({"relay", "get", "a"}), ExitCode::kNotFound);
}

TEST_F(CliTest, NotReadyInTimeIsFive) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"relay", "ready", "a", "--timeout", "0.1"}), ExitCode::kOk);
  server_.service().set_script({.ready = false});
  EXPECT_EQ(Run({"relay", "ready", "a", "--timeout", "0.1"}), ExitCode::kNotInTime);
  EXPECT_EQ(err_.str(), "relayctl: a is not ready: STARTING\n");
}

TEST_F(CliTest, AServerThatIsAwayIsFourAndIsNamed) {
  server_.Stop();
  EXPECT_EQ(Run({"relay", "list"}), ExitCode::kUnreachable);
  EXPECT_THAT(err_.str(), HasSubstr(server_.address()));
  server_.Start();
  EXPECT_EQ(Run({"relay", "list", "--server", "127.0.0.1:1"}), ExitCode::kUnreachable);
}

TEST_F(CliTest, WrongArgumentsAreTwo) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"relay"},
      {"nonsense"},
      {"relay", "create"},
      {"relay", "create", "a", "b"},
      {"relay", "create", "a", "--nonsense"},
      {"relay", "create", "a", "--width", "15"},
      {"relay", "create", "a", "--width"},
      {"relay", "list", "--json=yes"},
      {"relay", "ready", "a", "--timeout", "-1"},
      {"push", "a"},
      {"push", "a", "--test-pattern", "--video", "x.mp4"},
      {"push", "a", "--test-pattern", "--ack", "never"},
      {"push", "a", "--test-pattern", "--size", "1280"},
      {"push", "a", "--frames", "/does/not/exist"},
      {"push", "a", "--video", "/does/not/exist.mp4"},
  };
  for (const std::vector<std::string>& args : wrong) {
    EXPECT_EQ(Run(args), ExitCode::kUsage) << ::testing::PrintToString(args);
    EXPECT_THAT(err_.str(), StartsWith("relayctl: ")) << ::testing::PrintToString(args);
  }
  EXPECT_TRUE(server_.service().creations().empty());
}

TEST_F(CliTest, HelpNamesEveryCommandAndEachHasExamples) {
  EXPECT_EQ(Run({"--help"}), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("Exit codes:"));
  const std::string overall = out_.str();
  for (const char* name : {"relay create", "relay list", "relay get", "relay delete", "relay ready",
                           "push", "encoders", "check", "probe", "doctor"}) {
    EXPECT_THAT(overall, HasSubstr(name));
    std::vector<std::string> args;
    std::istringstream words(name);
    for (std::string word; words >> word;) args.push_back(word);
    args.push_back("--help");
    EXPECT_EQ(Run(args), ExitCode::kOk);
    EXPECT_THAT(out_.str(), HasSubstr(std::string("Examples:\n  relayctl ") + name));
  }
  EXPECT_EQ(Run({"--version"}), ExitCode::kOk);
  EXPECT_THAT(out_.str(), StartsWith("relayctl "));
}

TEST_F(CliTest, PushSendsTheFilesByName) {
  server_.service().AddRelay("a");
  const std::string folder =
      Folder({{"2.jpg", "two"}, {"1.JPEG", "one"}, {"note.txt", "no"}, {"3.jpg", "three"}});
  EXPECT_EQ(Run({"push", "a", "--frames", folder, "--fps", "60", "--ack", "encoded"}),
            ExitCode::kOk);
  EXPECT_THAT(server_.service().frames(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(server_.service().opens().at(0).ack(), relay::v1::ACK_LEVEL_ENCODED);
  EXPECT_THAT(out_.str(), HasSubstr("sent 3  acks 3  waiting 0"));
}

TEST_F(CliTest, PushLoopsToTheCountAndReportsInJson) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"push", "a", "--frames", Folder({{"1.jpg", "one"}, {"2.jpg", "two"}}), "--fps",
                 "60", "--loop", "--count", "3", "--json"}),
            ExitCode::kOk);
  EXPECT_THAT(server_.service().frames(), ElementsAre("one", "two", "one"));
  const nlohmann::json line = nlohmann::json::parse(out_.str());
  EXPECT_EQ(line["event"], "end");
  EXPECT_EQ(line["acknowledged"], 3);
}

TEST_F(CliTest, PushOfRefusedPicturesIsOne) {
  server_.service().AddRelay("a");
  server_.service().set_script({.outcomes = {relay::v1::PUSH_OUTCOME_BAD_IMAGE}});
  EXPECT_EQ(Run({"push", "a", "--frames", Folder({{"1.jpg", "no picture"}})}), ExitCode::kFailed);
  EXPECT_THAT(out_.str(), HasSubstr("dropped 1 (bad_image 1)"));
  EXPECT_EQ(err_.str(), "relayctl: 1 frames were lost or refused: no SOI\n");
}

}  // namespace
}  // namespace relayfleet::relayctl
