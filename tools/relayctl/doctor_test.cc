// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "nlohmann/json.hpp"
#include "tools/relayctl/cli.h"
#include "tools/relayctl/exchange.h"
#include "tools/relayctl/host_findings.h"
#include "tools/relayctl/testing/fake_relay_service.h"

namespace relayfleet::relayctl {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Level = Finding::Level;

// Reads one header, gives one answer and closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer)
      : thread_([this, answer = std::move(answer)] {
          asio::ip::tcp::socket socket = acceptor_.accept();
          asio::read_until(socket, asio::dynamic_buffer(request_), "\r\n\r\n");
          asio::write(socket, asio::buffer(answer));
        }) {}
  ~OneAnswer() { Join(); }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string Url(const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(port());
  }
  // What was asked.
  std::string Join() {
    if (thread_.joinable()) thread_.join();
    return request_;
  }

 private:
  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::string request_;
  std::thread thread_;
};

TEST(Exchange, GivesCodeAndBody) {
  OneAnswer server("HTTP/1.1 503 Busy\r\nA: b\r\n\r\ndraining");
  const auto answer = Exchange("127.0.0.1", server.port(), "GET / HTTP/1.1\r\n\r\n",
                               /*read_body=*/true, absl::Seconds(5));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->code, 503);
  EXPECT_EQ(answer->body, "draining");
}

TEST(Exchange, NobodyAndAnotherLanguageAreUnavailable) {
  EXPECT_TRUE(absl::IsUnavailable(Exchange("127.0.0.1", 1, "x", true, absl::Seconds(5)).status()));
  OneAnswer server("SSH-2.0-x\r\n\r\n");
  EXPECT_TRUE(absl::IsUnavailable(
      Exchange("127.0.0.1", server.port(), "\r\n\r\n", false, absl::Seconds(5)).status()));
}

TEST(HostFindings, ClockIsKeptBySystemdOrTheKernel) {
  const fs::path run = fs::path(::testing::TempDir()) / "run";
  fs::remove_all(run);
  EXPECT_EQ(ClockFinding(run.string(), false).level, Level::kWarn);
  EXPECT_EQ(ClockFinding(run.string(), true).level, Level::kOk);
  fs::create_directories(run / "systemd/timesync");
  std::ofstream(run / "systemd/timesync/synchronized") << "";
  EXPECT_EQ(ClockFinding(run.string(), false).level, Level::kOk);
}

TEST(HostFindings, StateFolderIsAFolderOrCanBecomeOne) {
  const fs::path folder = fs::path(::testing::TempDir()) / "state";
  fs::remove_all(folder);
  EXPECT_THAT(StateFinding(folder.string()).text, HasSubstr("is made at the first start"));
  fs::create_directories(folder);
  EXPECT_THAT(StateFinding(folder.string()).text, HasSubstr("can be written"));
  std::ofstream(folder / "file") << "";
  // A file in the way stops root as well.
  EXPECT_EQ(StateFinding((folder / "file/state").string()).level, Level::kFail);
}

TEST(HostFindings, DiskIsJudgedByItsFreeBytes) {
  EXPECT_EQ(DiskFinding("/s", 10'000'000).level, Level::kFail);
  EXPECT_EQ(DiskFinding("/s", 100'000'000).level, Level::kWarn);
  EXPECT_EQ(DiskFinding("/s", 1'000'000'000).level, Level::kOk);
  EXPECT_GT(FreeBytes(::testing::TempDir() + "/not/yet/there"), 0u);
}

TEST(HostFindings, DevicesAreCamerasAndRenderNodes) {
  const fs::path dev = fs::path(::testing::TempDir()) / "dev";
  fs::remove_all(dev);
  EXPECT_THAT(DeviceFindings(dev.string()).at(0).text, HasSubstr("coding is software"));
  fs::create_directories(dev / "dri");
  std::ofstream(dev / "video0") << "";
  std::ofstream(dev / "null") << "";
  std::ofstream(dev / "dri/renderD128") << "";
  const std::vector<Finding> findings = DeviceFindings(dev.string());
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_THAT(findings[0].text, HasSubstr("renderD128 can be opened"));
  EXPECT_THAT(findings[1].text, HasSubstr("video0 can be opened"));
}

class DoctorTest : public ::testing::Test {
 protected:
  ExitCode Run(std::vector<std::string> args) {
    out_.str("");
    args.insert(args.end(), {"--state_dir", ::testing::TempDir()});
    return RunCli(std::move(args),
                  {.out = out_, .err = err_, .interrupt = interrupt_, .server = server_.address()});
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
  Interrupt interrupt_;
  std::ostringstream out_, err_;
};

TEST_F(DoctorTest, AllIsWellWhenEverybodyAnswers) {
  OneAnswer rest("HTTP/1.1 200 OK\r\n\r\n{}");
  OneAnswer mediamtx("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
  OneAnswer api("HTTP/1.1 200 OK\r\n\r\n{}");
  server_.service().AddRelay("a");
  EXPECT_EQ(Run({"doctor", "--json", "--rest", rest.Url("http"), "--mediamtx", mediamtx.Url("rtsp"),
                 "--mediamtx_api", api.Url("http")}),
            ExitCode::kOk)
      << out_.str() << err_.str();
  auto findings = Findings();
  EXPECT_EQ(findings["fleet"], "ok 1 relays");
  EXPECT_THAT(findings["encoders"], StartsWith("ok libx264: in software only"));
  EXPECT_EQ(findings["readyz"], "ok ready");
  EXPECT_EQ(findings["mediamtx"], "ok answers by RTSP");
  EXPECT_EQ(findings["control api"], "ok answers");
  EXPECT_TRUE(findings.contains("port 5020/tcp"));
  EXPECT_TRUE(findings.contains("disk"));
  EXPECT_THAT(mediamtx.Join(), StartsWith("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n"));
  EXPECT_THAT(rest.Join(), StartsWith("GET /readyz HTTP/1.1\r\n"));
}

TEST_F(DoctorTest, WhoIsAwayIsNamedWithTheWayOut) {
  server_.Stop();
  OneAnswer rest("HTTP/1.1 503 Busy\r\n\r\ndraining");
  EXPECT_EQ(Run({"doctor", "--json", "--rest", rest.Url("http"), "--mediamtx", "rtsp://127.0.0.1:1",
                 "--mediamtx_api", "http://127.0.0.1:1"}),
            ExitCode::kFailed);
  auto findings = Findings();
  EXPECT_THAT(findings["fleet"], HasSubstr("start it (tools/start)"));
  EXPECT_EQ(findings["readyz"], "fail 503: draining");
  EXPECT_THAT(findings["mediamtx"], HasSubstr("MEDIAMTX_HOST"));
  EXPECT_THAT(findings["control api"], StartsWith("warn"));
  EXPECT_EQ(findings.count("encoders"), 0u);
  EXPECT_EQ(err_.str().substr(0, 10), "{\"error\":{");
}

TEST_F(DoctorTest, FirewallPrintsUfwLinesAndNothingElse) {
  EXPECT_EQ(Run({"doctor", "--firewall"}), ExitCode::kOk);
  std::istringstream lines(out_.str());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, HasSubstr("sudo ufw allow "));
  }
}

}  // namespace
}  // namespace relayfleet::relayctl
