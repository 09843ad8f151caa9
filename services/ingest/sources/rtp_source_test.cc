// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/rtp_source.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/av/testing/ffmpeg_process.h"
#include "services/ingest/sources/testing/attempt_recorder.h"
#include "services/ingest/sources/testing/rtp_sender.h"

namespace relayfleet::ingest {
namespace {

using boost::asio::ip::udp;
using testing::AttemptRecorder;
using ::testing::ElementsAre;
using testing::Events;
using ::testing::HasSubstr;
using testing::RtpSender;

// Sockets on 127.0.0.1.
class Network {
 public:
  Network() : sender_(io_, udp::endpoint(Loopback(), 0)) {}

  static boost::asio::ip::address Loopback() { return boost::asio::ip::make_address("127.0.0.1"); }

  // A port that is free, as is the next one.
  uint16_t FreePort() {
    while (true) {
      udp::socket media(io_, udp::endpoint(udp::v4(), 0));
      const uint16_t port = media.local_endpoint().port();
      boost::system::error_code taken;
      udp::socket control(io_, udp::v4());
      control.bind(udp::endpoint(udp::v4(), static_cast<uint16_t>(port + 1)), taken);
      if (!taken) return port;
    }
  }
  udp::socket Take(uint16_t port) { return udp::socket(io_, udp::endpoint(udp::v4(), port)); }

  void Send(uint16_t port, const std::vector<std::string>& datagrams) {
    for (const std::string& datagram : datagrams) {
      sender_.send_to(boost::asio::buffer(datagram), udp::endpoint(Loopback(), port));
    }
  }

 private:
  boost::asio::io_context io_;
  udp::socket sender_;
};

class RtpSourceTest : public ::testing::Test {
 protected:
  // Sends key frames until one comes out: the port is bound on the strand some time after Open.
  void SendUntilItPlays() {
    const auto plays = [](const Events& events) { return !events.packets.empty(); };
    for (int i = 0; i < 200; ++i) {
      network_.Send(port_, camera_.Key());
      if (recorder_.WaitFor(plays, absl::Milliseconds(20))) return;
    }
    FAIL() << "nothing plays";
  }

  Network network_;
  const uint16_t port_ = network_.FreePort();
  AttemptRecorder recorder_;
  RtpSender camera_{7};
};

TEST_F(RtpSourceTest, TheSdpOfAFileForFfmpegIsEnough) {
  RtpSource source(recorder_.strand(),
                   {.sdp = absl::StrCat("v=0\no=- 0 0 IN IP4 0.0.0.0\ns=VETER Camera\n"
                                        "c=IN IP4 0.0.0.0\nt=0 0\nm=video ",
                                        port_,
                                        " RTP/AVP 96\na=rtpmap:96 H264/90000\n"
                                        "a=fmtp:96 packetization-mode=1\n")});
  EXPECT_EQ(source.name(), absl::StrCat("UDP port ", port_));
  recorder_.Open(source);
  SendUntilItPlays();
  EXPECT_EQ(*recorder_.events().packets[0].payload, RtpSender::KeyUnit());
}

TEST_F(RtpSourceTest, FfmpegsMuxerIsUnderstood) {
  RtpSource source(recorder_.strand(), {.port = port_});
  recorder_.Open(source);
  const av::testing::FfmpegProcess camera(
      absl::StrCat(av::testing::kLivePicture, " -f rtp rtp://127.0.0.1:", port_));
  // Its reports come now and then.
  ASSERT_TRUE(recorder_.WaitFor([](const Events& events) {
    return events.packets.size() > 25 && events.packets.back().capture_trusted;
  }));
  const Events events = recorder_.events();
  EXPECT_EQ(events.infos[0].tracks[0].width, 320);
  EXPECT_EQ(events.packets[20].pts - events.packets[10].pts, 36000);
}

TEST_F(RtpSourceTest, ReportsComeOnTheNextPort) {
  RtpSource source(recorder_.strand(), {.port = port_});
  recorder_.Open(source);
  SendUntilItPlays();
  const auto timed = [](const Events& events) {
    return events.packets.back().capture_time != absl::InfinitePast();
  };
  for (int i = 0; i < 200 && !recorder_.WaitFor(timed, absl::Milliseconds(20)); ++i) {
    network_.Send(static_cast<uint16_t>(port_ + 1), {camera_.Report(absl::Now())});
    network_.Send(port_, camera_.Delta());
  }
  EXPECT_TRUE(timed(recorder_.events()));
}

TEST_F(RtpSourceTest, WhatTheNetworkReordersRepeatsAndLosesIsMended) {
  RtpSource source(recorder_.strand(), {.port = port_});
  recorder_.Open(source);
  SendUntilItPlays();
  const size_t before = recorder_.events().packets.size();
  const uint64_t lost_before = recorder_.events().lost;
  // Two groups of a key frame and nine others. In both each pair is swapped, each fifth doubled;
  // of the first group the fifth is lost.
  std::vector<std::string> sent;
  for (int group = 0; group < 2; ++group) {
    for (const std::string& datagram : camera_.Key()) sent.push_back(datagram);
    for (int i = 1; i < 10; ++i) {
      const std::string datagram = camera_.Delta()[0];
      if (group == 0 && i == 4) continue;
      sent.push_back(datagram);
    }
  }
  for (size_t i = 0; i + 1 < sent.size(); i += 2) std::swap(sent[i], sent[i + 1]);
  for (size_t i = 0; i < sent.size(); i += 5)
    sent.insert(sent.begin() + static_cast<int>(i), sent[i]);
  network_.Send(port_, sent);
  ASSERT_TRUE(recorder_.WaitForPackets(before + 4 + 10));
  const Events events = recorder_.events();
  EXPECT_EQ(events.packets.size(), before + 4 + 10);
  // One packet, and the five units after it until the key frame.
  EXPECT_EQ(events.lost - lost_before, 6u);
}

TEST_F(RtpSourceTest, WhoIsNotAllowedIsIgnoredAndTold) {
  RtpSource source(recorder_.strand(), {.port = port_, .allow_from = {"203.0.113.0/24"}});
  recorder_.Open(source);
  const auto told = [](const Events& events) { return !events.notes.empty(); };
  for (int i = 0; i < 200 && !recorder_.WaitFor(told, absl::Milliseconds(20)); ++i) {
    network_.Send(port_, camera_.Key());
  }
  EXPECT_THAT(recorder_.events().notes, ElementsAre(HasSubstr("allow_from")));
  EXPECT_TRUE(recorder_.events().packets.empty());
}

TEST_F(RtpSourceTest, APortInUseIsSaidAndCanBeHadLater) {
  RtpSource source(recorder_.strand(), {.port = port_});
  {
    const udp::socket taken = network_.Take(port_);
    recorder_.Open(source);
    const absl::Status end = recorder_.WaitForEnd();
    EXPECT_EQ(end.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(end.message()), HasSubstr("in use"));
  }
  recorder_.Open(source);
  SendUntilItPlays();
}

TEST_F(RtpSourceTest, AControlPortInUseDoesNotMatter) {
  const udp::socket taken = network_.Take(static_cast<uint16_t>(port_ + 1));
  RtpSource source(recorder_.strand(), {.port = port_});
  recorder_.Open(source);
  SendUntilItPlays();
}

TEST_F(RtpSourceTest, WhatCanNotBeReadIsSaid) {
  const auto end = [&](RtpSource::Options options) {
    RtpSource source(recorder_.strand(), std::move(options));
    recorder_.Open(source);
    return recorder_.WaitForEnd().code();
  };
  EXPECT_EQ(end({.sdp = "v=0\r\n"}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(end({.sdp = "v=0\r\nm=audio 5004 RTP/AVP 0\r\n"}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(end({.port = port_, .allow_from = {"camera"}}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(end({.port = port_, .bind_address = "203.0.113.1"}),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace relayfleet::ingest
