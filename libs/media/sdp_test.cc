// SPDX-License-Identifier: Apache-2.0

#include "libs/media/sdp.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::media {
namespace {

Track H264Track() {
  Track track;
  track.codec = Codec::kH264;
  track.width = 1280;
  track.height = 720;
  track.sps = absl::HexStringToBytes("6742c01fd9005005bb0110000003001000000300a0f1832480");
  track.pps = absl::HexStringToBytes("68cb83cb20");
  return track;
}

TEST(Sdp, WhatIsWrittenReadsBack) {
  const std::string text = WriteH264Sdp(H264Track(), 96);
  EXPECT_TRUE(absl::StrContains(text, "profile-level-id=42C01F;"));
  const absl::StatusOr<Sdp> sdp = ParseSdp(text);
  ASSERT_TRUE(sdp.ok());
  ASSERT_EQ(sdp->media.size(), 1u);
  EXPECT_EQ(sdp->media[0].kind, "video");
  EXPECT_EQ(sdp->media[0].payload_type, 96);
  EXPECT_EQ(sdp->media[0].control, "trackID=0");
  const absl::StatusOr<Track> track = H264TrackOf(sdp->media[0]);
  ASSERT_TRUE(track.ok());
  EXPECT_EQ(*track, H264Track());
}

TEST(Sdp, ReadsACameraWithAudioFirst) {
  const absl::StatusOr<Sdp> sdp = ParseSdp(
      "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=Camera\r\na=control:*\r\nt=0 0\r\n"
      "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:trackID=1\r\n"
      "m=video 5004/2 RTP/AVP 97\r\nb=AS:4096\r\na=rtpmap:97 h264/90000\r\n"
      "a=fmtp:97 profile-level-id=4d0029;packetization-mode=1\r\n"
      "a=control:rtsp://192.0.2.7/live/trackID=2\r\n");
  ASSERT_TRUE(sdp.ok());
  EXPECT_EQ(sdp->control, "*");
  ASSERT_EQ(sdp->media.size(), 2u);
  EXPECT_EQ(sdp->media[0].encoding, "PCMA");
  EXPECT_FALSE(H264TrackOf(sdp->media[0]).ok());
  EXPECT_EQ(sdp->media[1].port, 5004);
  EXPECT_EQ(sdp->media[1].control, "rtsp://192.0.2.7/live/trackID=2");
  const absl::StatusOr<Track> track = H264TrackOf(sdp->media[1]);
  ASSERT_TRUE(track.ok());
  EXPECT_TRUE(track->sps.empty());
}

TEST(Sdp, RefusesWhatItCannotUse) {
  EXPECT_FALSE(ParseSdp("").ok());
  EXPECT_FALSE(ParseSdp("<html>").ok());
  EXPECT_FALSE(ParseSdp("v=0\nm=video\n").ok());
  EXPECT_FALSE(ParseSdp("v=0\nm=video 70000 RTP/AVP 96\n").ok());
  std::string many = "v=0\n";
  for (int i = 0; i < 17; ++i) absl::StrAppend(&many, "m=video 0 RTP/AVP 96\n");
  EXPECT_FALSE(ParseSdp(many).ok());
  EXPECT_FALSE(ParseSdp(absl::StrCat("v=0\n", std::string(70000, 'x'))).ok());
}

TEST(Sdp, RefusesBrokenParameterSetsAndInterleavedMode) {
  SdpMedia media = {.kind = "video", .payload_type = 96, .encoding = "H264", .clock_rate = 90000};
  media.parameters["sprop-parameter-sets"] = "!!";
  EXPECT_FALSE(H264TrackOf(media).ok());
  media.parameters["sprop-parameter-sets"] = "Z0L=";
  EXPECT_FALSE(H264TrackOf(media).ok());
  media.parameters = {{"packetization-mode", "2"}};
  EXPECT_FALSE(H264TrackOf(media).ok());
}

}  // namespace
}  // namespace relayfleet::media
