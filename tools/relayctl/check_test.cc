// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "libs/media/sdp.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/scripted_server.h"
#include "nlohmann/json.hpp"
#include "tools/relayctl/cli.h"
#include "tools/relayctl/testing/fake_relay_service.h"

namespace relayfleet::relayctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CheckTest : public ::testing::Test {
 protected:
  std::future<ExitCode> Start(std::vector<std::string> args) {
    args.insert(args.begin(), {"check", "--json", "--seconds", "0.2"});
    return std::async(std::launch::async, [this, args = std::move(args)] {
      return RunCli(
          args, {.out = out_, .err = err_, .interrupt = interrupt_, .server = server_.address()});
    });
  }

  void Play() {
    media_.Accept();
    media_.Reply(media_.ExpectRequest("DESCRIBE"), 200, {},
                 media::WriteSdp({rtsp::testing::TestTrack()}).value());
    media_.Reply(media_.ExpectRequest("SETUP"), 200,
                 {{"Session", "s"}, {"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}}, "");
    media_.Reply(media_.ExpectRequest("PLAY"));
  }

  void Send(const media::Packet& packet) {
    std::string out;
    rtp::H264Packetizer({}).Append(*packet.payload, rtp_.RtpTime(packet.pts), &rtp_, &out);
    media_.Send(out);
  }

  // Subject → "level text".
  std::map<std::string, std::string> Findings() {
    std::map<std::string, std::string> findings;
    std::istringstream lines(out_.str());
    for (std::string line; std::getline(lines, line);) {
      const auto json = nlohmann::json::parse(line);
      findings[json["subject"]] = std::string(json["level"]) + " " + std::string(json["text"]);
    }
    return findings;
  }

  testing::FakeServer server_;
  rtsp::testing::ScriptedServer media_;
  rtp::RtpState rtp_{.ssrc = 1};
  Interrupt interrupt_;
  std::ostringstream out_, err_;
};

TEST_F(CheckTest, AGoodStreamIsZero) {
  std::future<ExitCode> ended = Start({media_.Url()});
  Play();
  for (uint64_t i = 0; i < 3; ++i) Send(rtsp::testing::TestPacket(i, 3000));
  media_.ExpectRequest("TEARDOWN");
  EXPECT_EQ(ended.get(), ExitCode::kOk) << out_.str() << err_.str();
  auto findings = Findings();
  EXPECT_THAT(findings["profile"], StartsWith("ok Baseline"));
  EXPECT_EQ(findings["gop"], "ok 0.2 s, 1 pictures");
  EXPECT_THAT(findings["rate"], StartsWith("ok 5.00 fps"));
}

TEST_F(CheckTest, ASilentStreamIsOneAndPasswordsAreNotShown) {
  std::future<ExitCode> ended = Start({media_.Url("user:secret@", "live/cam")});
  Play();
  media_.CloseConnection();
  EXPECT_EQ(ended.get(), ExitCode::kFailed);
  EXPECT_THAT(Findings()["pictures"], StartsWith("fail none came"));
  EXPECT_THAT(Findings()["end"], StartsWith("fail the stream ended"));
  EXPECT_THAT(err_.str(), HasSubstr("not as it should be: pictures, end"));
  EXPECT_THAT(out_.str() + err_.str(), Not(HasSubstr("secret")));
}

TEST_F(CheckTest, AMissingPathIsOne) {
  std::future<ExitCode> ended = Start({media_.Url()});
  media_.Accept();
  media_.Reply(media_.ExpectRequest("DESCRIBE"), 404, {}, "");
  EXPECT_EQ(ended.get(), ExitCode::kFailed);
  EXPECT_THAT(Findings()["reading"], StartsWith("fail rtsp://127.0.0.1"));
}

TEST_F(CheckTest, ARelayIsReadWhereTheFleetSaysItIs) {
  server_.service().AddRelay("a");
  EXPECT_EQ(Start({"a"}).get(), ExitCode::kFailed);
  EXPECT_THAT(err_.str(), HasSubstr("a can't be read yet: RUNNING"));
  EXPECT_EQ(Start({"b"}).get(), ExitCode::kNotFound);
  server_.service().SetRtspUrl("a", media_.Url());
  std::future<ExitCode> ended = Start({"a"});
  Play();
  Send(rtsp::testing::TestPacket(0, 100));
  media_.ExpectRequest("TEARDOWN");
  EXPECT_EQ(ended.get(), ExitCode::kOk) << out_.str();
}

TEST_F(CheckTest, OtherSchemesAreForProbe) {
  EXPECT_EQ(Start({"http://h/a"}).get(), ExitCode::kUsage);
}

}  // namespace
}  // namespace relayfleet::relayctl
