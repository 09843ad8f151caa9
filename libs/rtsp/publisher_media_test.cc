// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/rtp/h264_depacketizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtsp/publisher.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/scripted_server.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PublisherHarness;
using testing::ScriptedServer;
using ::testing::StartsWith;
using testing::TestPacket;

rtp::SenderReport ReportIn(const ScriptedServer::Frame& frame) {
  EXPECT_EQ(frame.channel, 1);
  const absl::StatusOr<std::vector<rtp::SenderReport>> reports =
      rtp::ParseSenderReports(frame.payload);
  if (!reports.ok() || reports->size() != 1) {
    ADD_FAILURE() << "no sender report";
    return {};
  }
  return (*reports)[0];
}

// What goes ahead of the first access unit: a delimiter, so that the server knows the SSRC, then
// the report.
rtp::SenderReport ReadOpening(ScriptedServer* server, rtp::H264Depacketizer* depacketizer) {
  const ScriptedServer::Frame frame = server->ExpectFrame();
  const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(frame.payload);
  EXPECT_EQ(frame.channel, 0);
  if (packet.ok()) {
    EXPECT_EQ(packet->payload, "\x09\xf0");
    EXPECT_THAT(depacketizer->Push(*packet), IsEmpty());
  }
  return ReportIn(server->ExpectFrame());
}

constexpr char kDelimiter[] = "\0\0\0\1\x09\xf0";

std::string WithDelimiter(const media::Packet& packet) {
  return std::string(kDelimiter, 6) + *packet.payload;
}

// Reads RTP frames up to the marker bit; nothing else may come between.
std::string ReadAccessUnit(ScriptedServer* server, rtp::H264Depacketizer* depacketizer) {
  while (true) {
    const ScriptedServer::Frame frame = server->ExpectFrame();
    const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(frame.payload);
    if (frame.channel != 0 || !packet.ok()) {
      ADD_FAILURE() << "something else between the packets of an access unit";
      return "";
    }
    const auto units = depacketizer->Push(*packet);
    if (!units.empty()) return units[0].bytes;
    if (packet->marker) return "";
  }
}

class PublisherMediaTest : public ::testing::Test {
 protected:
  void Record(Publisher::Options options) {
    harness_.Start(std::move(options));
    server_.PlayPublishHandshake();
    ASSERT_THAT(harness_.events().WaitFor(1), ElementsAre("recording"));
  }

  std::string Closed(size_t after) {
    const std::vector<std::string> events = harness_.events().WaitFor(after + 1);
    EXPECT_EQ(events.size(), after + 1);
    return events.empty() ? "" : events.back();
  }

  ScriptedServer server_;
  PublisherHarness harness_;
};

TEST_F(PublisherMediaTest, ReportsThenSendsTheAccessUnit) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.rtp = {{.ssrc = 7, .next_sequence = 9, .timestamp_offset = 0xfffffff0}};
  Record(std::move(options));
  const media::Packet packet = TestPacket(1, 30000);
  harness_.Write(packet);
  rtp::H264Depacketizer depacketizer({});
  const rtp::SenderReport report = ReadOpening(&server_, &depacketizer);
  EXPECT_EQ(report.ssrc, 7u);
  EXPECT_EQ(report.rtp_time, 18000u - 16);
  EXPECT_LT(absl::AbsDuration(report.wall - packet.arrival_time), absl::Microseconds(1));
  EXPECT_EQ(ReadAccessUnit(&server_, &depacketizer), WithDelimiter(packet));
  EXPECT_THAT(harness_.events().WaitFor(2), ElementsAre("recording", "written 1"));
  EXPECT_TRUE(harness_.ready());
}

TEST_F(PublisherMediaTest, TrustedCaptureTimeGoesIntoTheReport) {
  Record(PublisherHarness::OptionsFor(server_.Url()));
  media::Packet packet = TestPacket(1, 100);
  packet.capture_time = packet.arrival_time - absl::Milliseconds(70);
  packet.capture_trusted = true;
  harness_.Write(packet);
  rtp::H264Depacketizer depacketizer({});
  const rtp::SenderReport report = ReadOpening(&server_, &depacketizer);
  EXPECT_LT(absl::AbsDuration(report.wall - packet.capture_time), absl::Microseconds(1));
}

TEST_F(PublisherMediaTest, ReportsGoOnWhileNoMediaFlows) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.report_interval = absl::Milliseconds(20);
  options.rtp = {rtp::RtpState()};
  Record(std::move(options));
  // No picture yet: only a sign of life.
  const ScriptedServer::Frame sign = server_.ExpectFrame();
  EXPECT_EQ(sign.channel, 1);
  EXPECT_THAT(rtp::ParseSenderReports(sign.payload).value(), IsEmpty());
  media::Packet packet = TestPacket(1, 100);
  packet.arrival_time = harness_.strand().clock().Wall();
  harness_.Write(packet);
  ScriptedServer::Frame frame = sign;
  while (frame.channel == 1) frame = server_.ExpectFrame();  // signs, then the delimiter
  ReportIn(server_.ExpectFrame());
  EXPECT_EQ(server_.ExpectFrame().channel, 0);
  const rtp::SenderReport next = ReportIn(server_.ExpectFrame());
  EXPECT_GT(next.wall, packet.arrival_time);
  EXPECT_EQ(next.packets, 2u);
  const int64_t elapsed = media::ToVideoTicks(next.wall - packet.arrival_time);
  EXPECT_NEAR(static_cast<double>(next.rtp_time), static_cast<double>(packet.pts + elapsed), 2);
}

// A repeat shows an old picture again: the capture time stays with the picture's own pts.
TEST_F(PublisherMediaTest, RepeatsDoNotMoveTheTimeLine) {
  Record(PublisherHarness::OptionsFor(server_.Url()));
  const media::Packet packet = TestPacket(1, 100);
  harness_.Write(packet);
  media::Packet repeat = TestPacket(2, 100);
  repeat.repeat = true;
  harness_.Write(repeat);
  EXPECT_EQ(harness_.state().last_pts, packet.pts);
  EXPECT_EQ(harness_.state().last_wall, packet.arrival_time);
}

TEST_F(PublisherMediaTest, NextAttemptContinuesTheLine) {
  Record(PublisherHarness::OptionsFor(server_.Url()));
  harness_.Write(TestPacket(1, 5000));
  rtp::H264Depacketizer depacketizer({});
  ReadOpening(&server_, &depacketizer);
  EXPECT_FALSE(ReadAccessUnit(&server_, &depacketizer).empty());
  server_.CloseConnection();
  EXPECT_THAT(Closed(2), StartsWith("closed UNAVAILABLE"));

  PublisherHarness next;
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.rtp = {harness_.state()};
  next.Start(std::move(options));
  server_.PlayPublishHandshake();
  ASSERT_THAT(next.events().WaitFor(1), ElementsAre("recording"));
  const media::Packet packet = TestPacket(2, 5000);
  next.Write(packet);
  EXPECT_EQ(ReadOpening(&server_, &depacketizer).packets, 7u);
  EXPECT_EQ(ReadAccessUnit(&server_, &depacketizer), WithDelimiter(packet));
  EXPECT_EQ(depacketizer.lost_packets(), 0u);
}

TEST_F(PublisherMediaTest, CloseSaysTeardownAndNothingMore) {
  Record(PublisherHarness::OptionsFor(server_.Url()));
  harness_.Run([this] {
    harness_.publisher().Write(TestPacket(1, 100));
    harness_.publisher().Close();
    harness_.publisher().Write(TestPacket(2, 100));
  });
  rtp::H264Depacketizer depacketizer({});
  ReadOpening(&server_, &depacketizer);
  EXPECT_FALSE(ReadAccessUnit(&server_, &depacketizer).empty());
  EXPECT_EQ(server_.ExpectRequest("TEARDOWN").headers.Get("Session"), "12345678");
  server_.ExpectClosed();
  EXPECT_THAT(harness_.events().Now(), ElementsAre("recording"));
}

// --- a server that does not keep up --------------------------------------------------------------

// More than the sockets of both sides take.
constexpr size_t kHuge = 12 << 20;
constexpr int kSmallBuffer = 4096;

class SlowServerTest : public ::testing::Test {
 protected:
  void Record(Publisher::Options options) {
    harness_.Start(std::move(options));
    server_.PlayPublishHandshake();
    ASSERT_THAT(harness_.events().WaitFor(1), ElementsAre("recording"));
  }

  ScriptedServer server_{kSmallBuffer};
  PublisherHarness harness_;
};

TEST_F(SlowServerTest, NothingGoesBetweenThePacketsOfAnAccessUnit) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.report_interval = absl::Milliseconds(20);
  options.write_stall_timeout = absl::Seconds(10);
  Record(std::move(options));
  const media::Packet packet = TestPacket(1, kHuge);
  harness_.Write(packet);
  EXPECT_FALSE(harness_.ready());
  harness_.Write(TestPacket(2, 100));  // ignored: it is not ready
  // The server asks, and reports become due, while the access unit is leaving.
  server_.Send("OPTIONS * RTSP/1.0\r\nCSeq: 70\r\n\r\n");
  EXPECT_THAT(harness_.events().Now(), ElementsAre("recording"));
  ScriptedServer::Frame frame = server_.ExpectFrame();
  // Signs of life, then the opening.
  while (frame.channel == 1) frame = server_.ExpectFrame();
  ReportIn(server_.ExpectFrame());
  rtp::H264Depacketizer depacketizer({.max_access_unit = kHuge + 1000});
  EXPECT_TRUE(ReadAccessUnit(&server_, &depacketizer) == *packet.payload);
  EXPECT_THAT(harness_.events().WaitFor(3), ElementsAre("recording", "written 1", "ready"));
}

TEST_F(SlowServerTest, SaysThatItIsReadyWhenOtherThanMediaHadToWait) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.write_stall_timeout = absl::Seconds(10);
  Record(std::move(options));
  int asked = 0;
  while (harness_.ready()) {
    for (const int end = asked + 1000; asked < end; ++asked) {
      server_.Send("OPTIONS * RTSP/1.0\r\nCSeq: 70\r\n\r\n");
    }
  }
  for (int answered = 0; answered < asked; ++answered) server_.ExpectResponse();
  EXPECT_THAT(harness_.events().WaitFor(2), Contains("ready"));
}

TEST_F(SlowServerTest, WriteWithoutProgressEndsIt) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.write_stall_timeout = absl::Milliseconds(200);
  Record(std::move(options));
  harness_.Write(TestPacket(1, kHuge));
  EXPECT_THAT(harness_.events().WaitFor(2),
              ElementsAre("recording", StartsWith("closed DEADLINE_EXCEEDED")));
  EXPECT_FALSE(harness_.ready());
}

TEST_F(SlowServerTest, CloseInTheMiddleOfAnAccessUnitSaysNothingMore) {
  Record(PublisherHarness::OptionsFor(server_.Url()));
  harness_.Write(TestPacket(1, kHuge));
  harness_.Close();
  EXPECT_THAT(harness_.events().Now(), ElementsAre("recording"));
  server_.CloseConnection();
}

// --- several tracks ------------------------------------------------------------------------------

class PublisherTracksTest : public PublisherMediaTest {
 protected:
  // Records video as track 0 and Opus as track 7.
  void RecordBoth() {
    Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
    options.tracks.push_back(
        {.id = 7, .codec = media::Codec::kOpus, .clock_rate = 48000, .channels = 2});
    options.rtp = {{.ssrc = 1}, {.ssrc = 2}};
    harness_.Start(std::move(options));
    server_.Accept();
    const Request announce = server_.ExpectRequest("ANNOUNCE");
    EXPECT_THAT(announce.body, HasSubstr("a=rtpmap:97 opus/48000/2"));
    server_.Reply(announce);
    for (const char* channels : {"0-1", "2-3"}) {
      const Request setup = server_.ExpectRequest("SETUP");
      EXPECT_EQ(setup.uri, absl::StrCat(server_.Url(), "/trackID=", channels[0] == '0' ? 0 : 1));
      const std::string transport =
          absl::StrCat("RTP/AVP/TCP;unicast;interleaved=", channels, ";mode=record");
      EXPECT_EQ(setup.headers.Get("Transport"), transport);
      server_.Reply(setup, 200, {{"Session", "abc"}, {"Transport", transport}}, "");
    }
    server_.Reply(server_.ExpectRequest("RECORD"));
    ASSERT_THAT(harness_.events().WaitFor(1), ElementsAre("recording"));
  }
  static media::Packet Sound(int64_t pts) {
    media::Packet packet;
    packet.track = 7;
    packet.pts = packet.dts = pts;
    packet.arrival_time = absl::FromUnixSeconds(1767225600) + absl::Hours(1);
    packet.payload = media::MakePayload("sound");
    return packet;
  }
  rtp::SenderReport ReportOn(uint8_t channel) {
    const ScriptedServer::Frame frame = server_.ExpectFrame();
    EXPECT_EQ(frame.channel, channel);
    const auto reports = rtp::ParseSenderReports(frame.payload);
    return reports.ok() && reports->size() == 1 ? (*reports)[0] : rtp::SenderReport();
  }
};

TEST_F(PublisherTracksTest, SoundHasChannelsAndALineOfItsOwn) {
  RecordBoth();
  harness_.Write(Sound(960));
  const ScriptedServer::Frame frame = server_.ExpectFrame();
  EXPECT_EQ(frame.channel, 2);
  const auto packet = rtp::ParseRtpPacket(frame.payload);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->payload, "sound");
  EXPECT_EQ(packet->payload_type, 97);
  EXPECT_EQ(packet->ssrc, 2u);
  EXPECT_EQ(packet->timestamp, 960u);
  // Without pictures it is reported as it came.
  const rtp::SenderReport report = ReportOn(3);
  EXPECT_EQ(report.ssrc, 2u);
  EXPECT_EQ(report.wall, Sound(0).arrival_time);
}

TEST_F(PublisherTracksTest, SoundIsReportedOnTheLineOfThePictures) {
  RecordBoth();
  const media::Packet picture = TestPacket(1, 100);  // at 18000 ticks: 200 ms
  harness_.Write(picture);
  rtp::H264Depacketizer depacketizer({});
  ReadOpening(&server_, &depacketizer);
  ReadAccessUnit(&server_, &depacketizer);
  harness_.Write(Sound(48000));
  EXPECT_EQ(server_.ExpectFrame().channel, 2);
  const rtp::SenderReport report = ReportOn(3);
  EXPECT_LE(absl::AbsDuration(report.wall - picture.arrival_time - absl::Milliseconds(800)),
            absl::Microseconds(1));
  EXPECT_EQ(report.rtp_time, 48000u);
}

TEST_F(PublisherTracksTest, ATrackThatIsNotAnnouncedIsLeftOut) {
  RecordBoth();
  media::Packet stranger = Sound(1);
  stranger.track = 3;
  harness_.Write(stranger);
  harness_.Write(Sound(2));
  EXPECT_EQ(rtp::ParseRtpPacket(server_.ExpectFrame().payload)->timestamp, 2u);
}

}  // namespace
}  // namespace relayfleet::rtsp
