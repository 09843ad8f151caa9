// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/media_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "libs/base/clock.h"
#include "libs/telemetry/testing/recording_log.h"
#include "services/standalone/ports.h"

namespace relayfleet::standalone {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Somebody else's listener on a port of loopback.
class Occupant {
 public:
  uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
};

// All ports free ones, so that tests don't meet.
LocalMediaServer::Options FreePorts() {
  return {.binary = "/usr/bin/true",
          .run_dir = ::testing::TempDir(),
          .rtsp_port = 0,
          .rtp_port = 0,
          .hls_port = 0,
          .webrtc_port = 0,
          .webrtc_media_port = 0,
          .api_port = 0,
          .metrics_port = 0};
}

class LocalMediaServerTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<LocalMediaServer>> Create(
      const LocalMediaServer::Options& options) {
    return LocalMediaServer::Create(options, log_);
  }

  base::SystemClock clock_;
  std::shared_ptr<telemetry::testing::RecordingLog> lines_ =
      std::make_shared<telemetry::testing::RecordingLog>();
  std::shared_ptr<const telemetry::Logger> log_ = std::make_shared<telemetry::Logger>(
      lines_, telemetry::LogFormat::kText, telemetry::LogLevel::kInfo, &clock_);
};

TEST_F(LocalMediaServerTest, FreePortsDifferFromEachOther) {
  const auto server = Create(FreePorts());
  ASSERT_TRUE(server.ok()) << server.status();
  const auto& ports = (*server)->ports();
  EXPECT_NE(ports.rtsp_port, 0);
  EXPECT_NE(ports.rtsp_port, ports.hls_port);
  EXPECT_NE(ports.api_port, ports.metrics_port);
  EXPECT_EQ(ports.rtp_port, 0);
  EXPECT_THAT(lines_->lines(), IsEmpty());
}

TEST_F(LocalMediaServerTest, ATakenRtspPortNamesTheWayOut) {
  Occupant occupant;
  auto options = FreePorts();
  options.rtsp_port = occupant.port();
  const auto server = Create(options);
  EXPECT_EQ(server.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(server.status().message(),
              HasSubstr("MEDIAMTX_HOST=127.0.0.1:" + std::to_string(occupant.port())));
}

TEST_F(LocalMediaServerTest, ATakenPortThatWasAskedForIsAnError) {
  Occupant occupant;
  auto options = FreePorts();
  options.hls_port = occupant.port();
  EXPECT_THAT(Create(options).status().message(), HasSubstr("HLS port"));
}

TEST_F(LocalMediaServerTest, AUsersOwnConfigurationIsNotSecondGuessed) {
  Occupant occupant;
  auto options = FreePorts();
  options.config_file = "/etc/mediamtx.yml";
  options.hls_port = occupant.port();
  const auto server = Create(options);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_FALSE((*server)->tells_of_readers());
}

TEST_F(LocalMediaServerTest, WithoutAProgramItSaysWhatToGive) {
  auto options = FreePorts();
  options.binary = "";
  EXPECT_THAT(Create(options).status().message(), HasSubstr("MEDIAMTX_HOST"));
}

TEST_F(LocalMediaServerTest, AllInterfacesAreReachedByLoopback) {
  auto options = FreePorts();
  options.listen = "0.0.0.0";
  const auto server = Create(options);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ((*server)->host(), "127.0.0.1");
}

TEST(Ports, ATakenPortIsNotFree) {
  Occupant occupant;
  EXPECT_FALSE(PortIsFree("127.0.0.1", occupant.port(), Transport::kTcp));
  const uint16_t free = FreePort("127.0.0.1");
  EXPECT_TRUE(PortIsFree("127.0.0.1", free, Transport::kTcp));
  EXPECT_TRUE(PortIsFree("127.0.0.1", free, Transport::kUdp));
}

}  // namespace
}  // namespace relayfleet::standalone
