// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/rtsp_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/media/annexb.h"
#include "libs/media/packet.h"
#include "libs/media/sdp.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/scripted_server.h"
#include "services/ingest/sources/testing/attempt_recorder.h"

namespace relayfleet::ingest {
namespace {

using rtsp::testing::ScriptedServer;
using rtsp::testing::TestTrack;
using testing::Events;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kIdr = "\x65\x88\x84picture";
const std::string kSlice = "\x41\x9apicture";

std::string UnitOf(const std::vector<std::string>& nals) {
  std::string unit;
  for (const std::string& nal : nals) media::AppendNal(nal, &unit);
  return unit;
}

// What a camera says that names no parameter sets.
std::string BareSdp() {
  return "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
         "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:trackID=0\r\n";
}

class RtspSourceTest : public ::testing::Test {
 protected:
  void Open(absl::string_view credentials) {
    source_ = std::make_unique<RtspSource>(
        recorder_.strand(),
        RtspSource::Options{
            .url = base::SecretUrl::Parse(camera_.Url(credentials, "live/cam")).value()});
    recorder_.Open(*source_);
  }

  void Play(const std::string& sdp) {
    Open("");
    camera_.Accept();
    camera_.Reply(camera_.ExpectRequest("DESCRIBE"), 200, {}, sdp);
    camera_.Reply(camera_.ExpectRequest("SETUP"), 200,
                  {{"Session", "s"}, {"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}}, "");
    camera_.Reply(camera_.ExpectRequest("PLAY"));
  }
  void Play() { Play(media::WriteSdp({TestTrack()}).value()); }

  void Send(const std::string& unit, int64_t pts) {
    std::string out;
    rtp::H264Packetizer({}).Append(unit, rtp_.RtpTime(pts), &rtp_, &out);
    camera_.Send(out);
  }

  void Report(absl::Time wall, int64_t pts) {
    std::string rtcp;
    rtp::AppendSenderReport({.ssrc = rtp_.ssrc, .wall = wall, .rtp_time = rtp_.RtpTime(pts)}, "x",
                            &rtcp);
    std::string frame;
    rtp::AppendInterleavedHeader(1, rtcp.size(), &frame);
    camera_.Send(frame + rtcp);
  }

  std::vector<media::Packet> Packets(size_t count) {
    EXPECT_TRUE(recorder_.WaitForPackets(count));
    return recorder_.events().packets;
  }

  ScriptedServer camera_;
  rtp::RtpState rtp_{.ssrc = 1, .timestamp_offset = 0xfffff000};
  std::unique_ptr<RtspSource> source_;
  testing::AttemptRecorder recorder_;
};

TEST_F(RtspSourceTest, PutsTheDescribedParameterSetsBeforeKeyFrames) {
  Play();
  Send(UnitOf({kIdr}), 0);
  Send(UnitOf({kSlice}), 3000);
  Send(UnitOf({kIdr}), 6000);
  const auto packets = Packets(3);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(*packets[0].payload, UnitOf({TestTrack().sps, TestTrack().pps, kIdr}));
  EXPECT_EQ(*packets[1].payload, UnitOf({kSlice}));
  EXPECT_EQ(*packets[2].payload, UnitOf({TestTrack().sps, TestTrack().pps, kIdr}));
  EXPECT_TRUE(packets[0].key);
  EXPECT_FALSE(packets[1].key);
  // Over the wrap of RTP's 32 bits.
  EXPECT_EQ(packets[2].pts, 6000);
  EXPECT_EQ(packets[2].dts, 6000);
  const Events events = recorder_.events();
  ASSERT_EQ(events.infos.size(), 1u);
  EXPECT_EQ(events.infos[0].tracks[0].width, 1280);
  EXPECT_EQ(events.lost, 0u);
}

TEST_F(RtspSourceTest, WaitsForParameterSetsInBand) {
  Play(BareSdp());
  Send(UnitOf({kSlice}), 0);
  Send(UnitOf({TestTrack().sps, TestTrack().pps, kIdr}), 3000);
  const auto packets = Packets(1);
  EXPECT_TRUE(packets[0].key);
  const Events events = recorder_.events();
  ASSERT_EQ(events.infos.size(), 1u);
  EXPECT_EQ(events.infos[0].tracks[0].sps, TestTrack().sps);
  EXPECT_EQ(events.infos[0].tracks[0].height, 720);
}

TEST_F(RtspSourceTest, TellsOfChangedParameterSets) {
  Play();
  Send(UnitOf({kIdr}), 0);
  const std::string other_pps = TestTrack().pps + "\x7f";
  Send(UnitOf({TestTrack().sps, other_pps, kIdr}), 3000);
  Send(UnitOf({kIdr}), 6000);
  const auto packets = Packets(3);
  const Events events = recorder_.events();
  ASSERT_EQ(events.infos.size(), 2u);
  EXPECT_EQ(events.infos[1].tracks[0].pps, other_pps);
  EXPECT_EQ(packets[0].generation, events.infos[0].generation);
  EXPECT_EQ(packets[1].generation, events.infos[1].generation);
  // The new ones, not those of the description.
  EXPECT_EQ(*packets[2].payload, UnitOf({TestTrack().sps, other_pps, kIdr}));
}

TEST_F(RtspSourceTest, BelievesTheCamerasClockWithinFiveSeconds) {
  Play();
  const absl::Time now = absl::Now();
  Report(now - absl::Milliseconds(100), 0);
  Send(UnitOf({kIdr}), 0);
  recorder_.WaitForPackets(1);
  Report(now - absl::Minutes(1), 3000);
  Send(UnitOf({kIdr}), 3000);
  const auto packets = Packets(2);
  EXPECT_LT(absl::AbsDuration(packets[0].capture_time - (now - absl::Milliseconds(100))),
            absl::Milliseconds(1));
  EXPECT_TRUE(packets[0].capture_trusted);
  EXPECT_FALSE(packets[1].capture_trusted);
  EXPECT_LT(absl::AbsDuration(packets[1].arrival_time - now), absl::Minutes(1) / 2);
}

TEST_F(RtspSourceTest, LossEndsTheVideoUpToTheNextKeyFrame) {
  Play();
  Send(UnitOf({kIdr}), 0);
  ++rtp_.next_sequence;
  Send(UnitOf({kSlice}), 3000);
  Send(UnitOf({kSlice}), 6000);
  Send(UnitOf({kIdr}), 9000);
  const auto packets = Packets(2);
  EXPECT_EQ(packets[1].pts, 9000);
  EXPECT_TRUE(packets[1].key);
  EXPECT_GE(recorder_.events().lost, 2u);
}

TEST_F(RtspSourceTest, WrongPasswordEndsUnauthenticatedWithoutShowingIt) {
  Open("user:secret@");
  camera_.Accept();
  const auto challenge = [&] {
    camera_.Reply(camera_.ExpectRequest("DESCRIBE"), 401,
                  {{"WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\""}}, "");
  };
  challenge();
  challenge();
  const absl::Status end = recorder_.WaitForEnd();
  EXPECT_EQ(end.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(end.message()), Not(HasSubstr("secret")));
  EXPECT_THAT(source_->name(), Not(HasSubstr("secret")));
}

TEST_F(RtspSourceTest, WhatOnlyLibavMayReadIsUnimplemented) {
  Open("");
  camera_.Accept();
  camera_.Reply(camera_.ExpectRequest("DESCRIBE"), 200, {},
                absl::StrReplaceAll(BareSdp(), {{"H264", "MP4V-ES"}}));
  EXPECT_EQ(recorder_.WaitForEnd().code(), absl::StatusCode::kUnimplemented);
}

TEST_F(RtspSourceTest, ARefusalMayHealSoItIsTriedAgain) {
  Open("");
  camera_.Accept();
  camera_.Reply(camera_.ExpectRequest("DESCRIBE"), 400, {}, "");
  EXPECT_EQ(recorder_.WaitForEnd().code(), absl::StatusCode::kUnavailable);
}

TEST_F(RtspSourceTest, ClosingSaysTeardownAndNothingFollows) {
  Play();
  Send(UnitOf({kIdr}), 0);
  recorder_.WaitForPackets(1);
  recorder_.Close();
  camera_.ExpectRequest("TEARDOWN");
  camera_.ExpectClosed();
  EXPECT_FALSE(recorder_.events().end.has_value());
}

}  // namespace
}  // namespace relayfleet::ingest
