// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/media/sdp.h"
#include "libs/media/stream.h"
#include "libs/rtp/depacketizer.h"
#include "libs/rtp/new_depacketizer.h"
#include "libs/rtp/reorder_buffer.h"
#include "libs/rtp/rtp_packet.h"

// Descriptions and packets as ffmpeg and GStreamer make them.
namespace relayfleet {
namespace {

using boost::asio::ip::udp;

// Runs a program and gives what it says.
std::string Say(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string out(4000, '\0');
  out.resize(fread(out.data(), 1, out.size(), pipe));
  pclose(pipe);
  return std::string(absl::StripAsciiWhitespace(out));
}

// A UDP port that keeps what comes.
class Port {
 public:
  Port() : socket_(io_, udp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
    socket_.set_option(udp::socket::receive_buffer_size(4 << 20));
  }
  uint16_t number() const { return socket_.local_endpoint().port(); }

  // Receives while `command` runs, and what is on its way afterwards.
  std::vector<std::string> ReceiveWhile(const std::string& command) {
    auto running = std::async(std::launch::async, Say, command);
    std::vector<std::string> packets;
    socket_.non_blocking(true);
    bool over = false;
    while (true) {
      std::string bytes(2048, '\0');
      boost::system::error_code error;
      const size_t size = socket_.receive(boost::asio::buffer(bytes), 0, error);
      if (!error) {
        bytes.resize(size);
        packets.push_back(std::move(bytes));
      } else if (over) {
        break;
      } else {
        over = running.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready;
      }
    }
    EXPECT_EQ(running.get(), "");
    return packets;
  }

 private:
  boost::asio::io_context io_;
  udp::socket socket_;
};

std::string TempFile(const std::string& name) {
  return absl::StrCat(::testing::TempDir(), "/rtp-senders-", getpid(), "-", name);
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct Received {
  media::Track track;
  std::vector<rtp::Unit> units;
  std::string bytes() const {
    std::string all;
    for (const rtp::Unit& unit : units) all += unit.bytes;
    return all;
  }
};

Received Read(const media::SdpMedia& media, const std::vector<std::string>& packets) {
  Received received;
  const absl::StatusOr<media::Track> track = media::TrackOf(media);
  EXPECT_TRUE(track.ok()) << track.status();
  if (!track.ok()) return received;
  received.track = *track;
  const auto depacketizer = rtp::NewDepacketizer(*track, media);
  EXPECT_TRUE(depacketizer.ok());
  rtp::ReorderBuffer buffer({});
  for (const std::string& bytes : packets) {
    const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(bytes);
    if (!packet.ok() || packet->payload_type != media.payload_type) continue;
    buffer.Push(*packet, absl::ZeroDuration(), [&](const rtp::RtpPacket& next) {
      for (rtp::Unit& unit : (*depacketizer)->Push(next)) received.units.push_back(unit);
    });
  }
  EXPECT_EQ((*depacketizer)->lost_packets(), 0u);
  EXPECT_EQ((*depacketizer)->dropped_units(), 0u);
  return received;
}

// One second of `source`, coded and sent by ffmpeg.
Received FromFfmpeg(const std::string& source, const std::string& codec) {
  Port port;
  const std::string sdp_file = TempFile("sdp");
  const auto packets = port.ReceiveWhile(
      absl::StrCat("ffmpeg -v error -re -f lavfi -i ", source, " -t 1 ", codec, " -sdp_file ",
                   sdp_file, " -f rtp 'rtp://127.0.0.1:", port.number(), "?pkt_size=1200' 2>&1"));
  std::string text = ReadFile(sdp_file);
  text.erase(0, text.find("v=0"));
  const absl::StatusOr<media::Sdp> sdp = media::ParseSdp(text);
  EXPECT_TRUE(sdp.ok() && sdp->media.size() == 1) << text;
  if (!sdp.ok() || sdp->media.size() != 1) return {};
  return Read(sdp->media[0], packets);
}

// What ffprobe finds in these bytes: width, height and frames that it decodes.
std::string Decode(const std::string& bytes, const std::string& format) {
  const std::string file = TempFile(format);
  std::ofstream(file) << bytes;
  return Say(absl::StrCat("ffprobe -v error -f ", format,
                          " -count_frames -show_entries stream=width,height,nb_read_frames "
                          "-of csv=p=0 ",
                          file, " 2>&1"));
}

constexpr char kPicture[] = "testsrc=size=320x240:rate=25";
constexpr char kTone[] = "sine=frequency=440:sample_rate=48000";

TEST(RtpSenders, FfmpegsH265) {
  const Received got =
      FromFfmpeg(kPicture, "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10");
  EXPECT_EQ(got.units.size(), 25u);
  ASSERT_FALSE(got.units.empty());
  EXPECT_TRUE(got.units[0].key);
  EXPECT_FALSE(got.units[1].key);
  EXPECT_EQ(Decode(got.bytes(), "hevc"), "320,240,25");
}

TEST(RtpSenders, FfmpegsJpegs) {
  const Received got = FromFfmpeg(
      kPicture, "-c:v mjpeg -huffman default -pix_fmt yuvj420p -force_duplicated_matrix 1");
  EXPECT_EQ(got.units.size(), 25u);
  EXPECT_EQ(Decode(got.bytes(), "mjpeg"), "320,240,25");
}

TEST(RtpSenders, FfmpegsAac) {
  const Received got = FromFfmpeg(kTone, "-c:a aac");
  EXPECT_EQ(got.track.clock_rate, 48000);
  EXPECT_EQ(got.track.channels, 1);
  EXPECT_GE(got.units.size(), 40u);  // the last ones stay in its muxer
  for (size_t i = 1; i < got.units.size(); ++i) {
    EXPECT_EQ(got.units[i].rtp_time - got.units[i - 1].rtp_time, 1024u);
  }
}

TEST(RtpSenders, FfmpegsLatm) {
  const Received got = FromFfmpeg(kTone, "-c:a aac -rtpflags latm -flags +global_header");
  EXPECT_EQ(got.track.channels, 1);
  EXPECT_GE(got.units.size(), 40u);  // the last ones stay in its muxer
}

TEST(RtpSenders, FfmpegsOpusAndG711) {
  EXPECT_GE(FromFfmpeg(kTone, "-c:a libopus").units.size(), 49u);
  const Received pcm = FromFfmpeg("sine=sample_rate=8000", "-c:a pcm_mulaw");
  EXPECT_EQ(pcm.track.codec, media::Codec::kPcmu);
  EXPECT_EQ(pcm.bytes().size(), 8000u);
}

TEST(RtpSenders, GstreamersJpegs) {
  Port port;
  const auto packets =
      port.ReceiveWhile(absl::StrCat("gst-launch-1.0 -q videotestsrc num-buffers=10 ! "
                                     "video/x-raw,format=I420,width=320,height=240 ! jpegenc "
                                     "! rtpjpegpay ! udpsink host=127.0.0.1 port=",
                                     port.number(), " 2>&1"));
  const Received got =
      Read({.kind = "video", .payload_type = 26, .encoding = "JPEG", .clock_rate = 90000}, packets);
  EXPECT_EQ(got.units.size(), 10u);
  EXPECT_EQ(Decode(got.bytes(), "mjpeg"), "320,240,10");
}

}  // namespace
}  // namespace relayfleet
