// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/media/sdp.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/reader_harness.h"
#include "libs/rtsp/testing/scripted_server.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::ElementsAre;
using testing::ScriptedServer;
using ::testing::StartsWith;
using testing::TestPacket;
using testing::TestTrack;

class ReaderTest : public ::testing::Test {
 protected:
  void Start(absl::string_view url) { harness_.Start(url); }

  // Answers DESCRIBE with this description, and the rest up to PLAY.
  void PlayHandshake(absl::string_view sdp) {
    server_.Accept();
    server_.Reply(server_.ExpectRequest("DESCRIBE"), 200, {{"Content-Base", server_.Url() + "/"}},
                  sdp);
    const Request setup = server_.ExpectRequest("SETUP");
    EXPECT_EQ(setup.uri, server_.Url() + "/trackID=0");
    server_.Reply(setup, 200,
                  {{"Session", "s"}, {"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}}, "");
    server_.Reply(server_.ExpectRequest("PLAY"));
    EXPECT_THAT(harness_.events().WaitFor(1), ElementsAre("playing 1280x720"));
  }

  void SendAccessUnit(const media::Packet& packet) {
    std::string out;
    rtp::H264Packetizer({}).Append(*packet.payload, rtp_.RtpTime(packet.pts), &rtp_, &out);
    server_.Send(out);
  }

  ScriptedServer server_;
  rtp::RtpState rtp_{.ssrc = 1, .timestamp_offset = 0xffffff00};
  testing::ReaderHarness harness_;
};

TEST_F(ReaderTest, GivesEachAccessUnitAtItsMarker) {
  Start(server_.Url());
  PlayHandshake(media::WriteSdp({TestTrack()}).value());
  SendAccessUnit(TestPacket(0, 5000));
  EXPECT_THAT(harness_.events().WaitFor(2), ElementsAre("playing 1280x720", "unit 0 key"));
  SendAccessUnit(TestPacket(1, 100));
  EXPECT_EQ(harness_.events().WaitFor(3).back(), "unit 18000 key");
  const std::vector<Reader::AccessUnit> units = harness_.units();
  EXPECT_EQ(units[0].bytes, *TestPacket(0, 5000).payload);
  EXPECT_EQ(units[0].sender_wall, absl::InfinitePast());
  EXPECT_GE(units[1].received_mono, units[0].received_mono);
}

TEST_F(ReaderTest, GivesTheSendersTimeOnceReported) {
  Start(server_.Url());
  PlayHandshake(media::WriteSdp({TestTrack()}).value());
  const absl::Time wall = absl::FromUnixSeconds(1767225600);
  std::string rtcp;
  rtp::AppendSenderReport({.ssrc = 1, .wall = wall, .rtp_time = rtp_.RtpTime(9000)}, "x", &rtcp);
  std::string frame;
  rtp::AppendInterleavedHeader(1, rtcp.size(), &frame);
  server_.Send(frame + rtcp);
  SendAccessUnit(TestPacket(0, 100));
  SendAccessUnit(TestPacket(1, 100));
  harness_.events().WaitFor(3);
  const std::vector<Reader::AccessUnit> units = harness_.units();
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].sender_wall, wall - absl::Milliseconds(100));
  EXPECT_EQ(units[1].sender_wall, wall + absl::Milliseconds(100));
}

TEST_F(ReaderTest, MissingPathIsNotFound) {
  Start(server_.Url());
  server_.Accept();
  server_.Reply(server_.ExpectRequest("DESCRIBE"), 404, {}, "");
  EXPECT_THAT(harness_.events().WaitFor(1), ElementsAre(StartsWith("closed NOT_FOUND")));
}

TEST_F(ReaderTest, StreamWithoutVideoIsForLibav) {
  Start(server_.Url());
  server_.Accept();
  server_.Reply(server_.ExpectRequest("DESCRIBE"), 200, {},
                "v=0\r\nm=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n");
  EXPECT_THAT(harness_.events().WaitFor(1), ElementsAre(StartsWith("closed UNIMPLEMENTED")));
}

TEST_F(ReaderTest, GarbageInFramesIsLeftOut) {
  Start(server_.Url());
  PlayHandshake(media::WriteSdp({TestTrack()}).value());
  server_.Send(absl::string_view("$\0\0\3abc$\1\0\3abc$\7\0\1x", 19));
  SendAccessUnit(TestPacket(0, 100));
  EXPECT_THAT(harness_.events().WaitFor(2), ElementsAre("playing 1280x720", "unit 0 key"));
}

TEST_F(ReaderTest, CloseSaysTeardown) {
  Start(server_.Url());
  PlayHandshake(media::WriteSdp({TestTrack()}).value());
  harness_.Close();
  server_.ExpectRequest("TEARDOWN");
  server_.ExpectClosed();
  EXPECT_THAT(harness_.events().Now(), ElementsAre("playing 1280x720"));
}

TEST_F(ReaderTest, ServerThatClosesIsUnavailable) {
  Start(server_.Url());
  PlayHandshake(media::WriteSdp({TestTrack()}).value());
  server_.CloseConnection();
  EXPECT_THAT(harness_.events().WaitFor(2).back(), StartsWith("closed UNAVAILABLE"));
}

TEST_F(ReaderTest, RedirectToAForbiddenAddressIsNotFollowed) {
  harness_.Start({.url = base::SecretUrl::Parse(server_.Url()).value(),
                  .address_check = [](const boost::asio::ip::address& address) {
                    return address == boost::asio::ip::address_v4::loopback()
                               ? absl::OkStatus()
                               : absl::PermissionDeniedError("forbidden");
                  }});
  server_.Accept();
  server_.Reply(server_.ExpectRequest("DESCRIBE"), 302, {{"Location", "rtsp://127.0.0.2/"}}, "");
  EXPECT_THAT(harness_.events().WaitFor(1), ElementsAre("closed PERMISSION_DENIED: forbidden"));
}

}  // namespace
}  // namespace relayfleet::rtsp
