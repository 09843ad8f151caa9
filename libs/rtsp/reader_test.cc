// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/sdp.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtsp/testing/events.h"
#include "libs/rtsp/testing/publisher_harness.h"
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
  ~ReaderTest() override {
    Run([this] { reader_.reset(); });
  }

  void Run(std::function<void()> task) {
    std::promise<void> done;
    strand_->Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  void Start(absl::string_view url) {
    Run([this, url] {
      Reader::Handler handler;
      handler.on_playing = [this](const media::Track& track) {
        events_.Add(absl::StrCat("playing ", track.width, "x", track.height));
      };
      handler.on_access_unit = [this](Reader::AccessUnit unit) {
        events_.Add(absl::StrCat("unit ", unit.pts, unit.key ? " key" : ""));
        units_.push_back(std::move(unit));
      };
      handler.on_closed = [this](const absl::Status& status) {
        events_.Add(absl::StrCat("closed ", status.ToString()));
      };
      reader_ = Reader::Start(
          strand_,
          {.url = base::SecretUrl::Parse(url).value(), .handshake_timeout = absl::Seconds(2)},
          std::move(handler));
    });
  }

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
    EXPECT_THAT(events_.WaitFor(1), ElementsAre("playing 1280x720"));
  }

  void SendAccessUnit(const media::Packet& packet) {
    std::string out;
    rtp::H264Packetizer({}).Append(*packet.payload, rtp_.RtpTime(packet.pts), &rtp_, &out);
    server_.Send(out);
  }

  ScriptedServer server_;
  testing::Events events_;
  std::vector<Reader::AccessUnit> units_;  // of the strand
  rtp::RtpState rtp_{.ssrc = 1, .timestamp_offset = 0xffffff00};
  base::ThreadRuntime runtime_{2, "reader"};
  std::shared_ptr<base::AsioStrand> strand_ = runtime_.NewAsioStrand();
  std::shared_ptr<Reader> reader_;
};

TEST_F(ReaderTest, GivesEachAccessUnitAtItsMarker) {
  Start(server_.Url());
  PlayHandshake(media::WriteH264Sdp(TestTrack(), 96));
  SendAccessUnit(TestPacket(0, 5000));
  EXPECT_THAT(events_.WaitFor(2), ElementsAre("playing 1280x720", "unit 0 key"));
  SendAccessUnit(TestPacket(1, 100));
  EXPECT_EQ(events_.WaitFor(3).back(), "unit 18000 key");
  Run([this] {
    EXPECT_EQ(units_[0].bytes, *TestPacket(0, 5000).payload);
    EXPECT_EQ(units_[0].sender_wall, absl::InfinitePast());
    EXPECT_GE(units_[1].received_mono, units_[0].received_mono);
  });
}

TEST_F(ReaderTest, GivesTheSendersTimeOnceReported) {
  Start(server_.Url());
  PlayHandshake(media::WriteH264Sdp(TestTrack(), 96));
  const absl::Time wall = absl::FromUnixSeconds(1767225600);
  std::string rtcp;
  rtp::AppendSenderReport({.ssrc = 1, .wall = wall, .rtp_time = rtp_.RtpTime(9000)}, "x", &rtcp);
  std::string frame;
  rtp::AppendInterleavedHeader(1, rtcp.size(), &frame);
  server_.Send(frame + rtcp);
  SendAccessUnit(TestPacket(0, 100));
  SendAccessUnit(TestPacket(1, 100));
  events_.WaitFor(3);
  Run([&, this] {
    ASSERT_EQ(units_.size(), 2u);
    EXPECT_EQ(units_[0].sender_wall, wall - absl::Milliseconds(100));
    EXPECT_EQ(units_[1].sender_wall, wall + absl::Milliseconds(100));
  });
}

TEST_F(ReaderTest, MissingPathIsNotFound) {
  Start(server_.Url());
  server_.Accept();
  server_.Reply(server_.ExpectRequest("DESCRIBE"), 404, {}, "");
  EXPECT_THAT(events_.WaitFor(1), ElementsAre(StartsWith("closed NOT_FOUND")));
}

TEST_F(ReaderTest, StreamWithoutH264IsRefused) {
  Start(server_.Url());
  server_.Accept();
  server_.Reply(server_.ExpectRequest("DESCRIBE"), 200, {},
                "v=0\r\nm=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n");
  EXPECT_THAT(events_.WaitFor(1), ElementsAre(StartsWith("closed FAILED_PRECONDITION")));
}

TEST_F(ReaderTest, GarbageInFramesIsLeftOut) {
  Start(server_.Url());
  PlayHandshake(media::WriteH264Sdp(TestTrack(), 96));
  server_.Send(absl::string_view("$\0\0\3abc$\1\0\3abc$\7\0\1x", 19));
  SendAccessUnit(TestPacket(0, 100));
  EXPECT_THAT(events_.WaitFor(2), ElementsAre("playing 1280x720", "unit 0 key"));
}

TEST_F(ReaderTest, CloseSaysTeardown) {
  Start(server_.Url());
  PlayHandshake(media::WriteH264Sdp(TestTrack(), 96));
  Run([this] { reader_->Close(); });
  server_.ExpectRequest("TEARDOWN");
  server_.ExpectClosed();
  EXPECT_THAT(events_.Now(), ElementsAre("playing 1280x720"));
}

TEST_F(ReaderTest, ServerThatClosesIsUnavailable) {
  Start(server_.Url());
  PlayHandshake(media::WriteH264Sdp(TestTrack(), 96));
  server_.CloseConnection();
  EXPECT_THAT(events_.WaitFor(2).back(), StartsWith("closed UNAVAILABLE"));
}

}  // namespace
}  // namespace relayfleet::rtsp
