// SPDX-License-Identifier: Apache-2.0

#include "libs/media/sdp.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

Track H265Track() {
  Track track;
  track.codec = Codec::kH265;
  track.width = 1280;
  track.height = 720;
  track.vps = absl::HexStringToBytes("40010c01ffff01600000030090000003000003005d959809");
  track.sps = absl::HexStringToBytes(
      "42010101600000030090000003000003005da00280802d165959a4932bc05a020000030002000003003210");
  track.pps = absl::HexStringToBytes("4401c172b46240");
  return track;
}

Track Audio(Codec codec, int64_t rate, int channels, const char* config_hex) {
  Track track;
  track.codec = codec;
  track.clock_rate = rate;
  track.channels = channels;
  track.config = absl::HexStringToBytes(config_hex);
  return track;
}

// The only section of a description with these lines.
SdpMedia SectionOf(absl::string_view lines) {
  const absl::StatusOr<Sdp> sdp = ParseSdp(absl::StrCat("v=0\r\n", lines));
  EXPECT_TRUE(sdp.ok());
  if (!sdp.ok() || sdp->media.size() != 1) return {};
  return sdp->media[0];
}

absl::StatusOr<Track> TrackIn(absl::string_view lines) { return TrackOf(SectionOf(lines)); }

TEST(Sdp, WhatIsWrittenReadsBack) {
  const std::vector<std::vector<Track>> streams = {
      {H264Track()},
      {H264Track(), Audio(Codec::kAac, 44100, 2, "1210")},
      {H265Track(), Audio(Codec::kOpus, 48000, 2, "")},
      {H264Track(), Audio(Codec::kPcmu, 8000, 1, "")},
      {H264Track(), Audio(Codec::kPcma, 16000, 2, "")}};
  for (const std::vector<Track>& tracks : streams) {
    const absl::StatusOr<std::string> text = WriteSdp(tracks);
    ASSERT_TRUE(text.ok());
    const absl::StatusOr<Sdp> sdp = ParseSdp(*text);
    ASSERT_TRUE(sdp.ok());
    ASSERT_EQ(sdp->media.size(), tracks.size());
    for (size_t i = 0; i < tracks.size(); ++i) {
      EXPECT_EQ(sdp->media[i].kind, i == 0 ? "video" : "audio");
      EXPECT_EQ(sdp->media[i].payload_type, SdpPayloadType(i));
      EXPECT_EQ(sdp->media[i].control, absl::StrCat("trackID=", i));
      const absl::StatusOr<Track> track = TrackOf(sdp->media[i]);
      ASSERT_TRUE(track.ok());
      EXPECT_EQ(*track, tracks[i]);
    }
  }
}

TEST(Sdp, SaysTheProfileOfH264) {
  EXPECT_TRUE(absl::StrContains(*WriteSdp({H264Track()}), "profile-level-id=42C01F;"));
}

TEST(Sdp, WritesNoCodecThatIsNotPublished) {
  EXPECT_FALSE(WriteSdp({Track{.codec = Codec::kJpeg}}).ok());
}

TEST(Sdp, ReadsACameraWithAudioFirst) {
  const absl::StatusOr<Sdp> sdp = ParseSdp(
      "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=Camera\r\na=control:*\r\nt=0 0\r\n"
      "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:trackID=1\r\n"
      "m=video 5004/2 RTP/AVP 97\r\nb=AS:4096\r\na=rtpmap:97 h264/90000\r\n"
      "a=fmtp:97 profile-level-id=4d0029;packetization-mode=1\r\na=framerate:25.0\r\n"
      "a=control:rtsp://192.0.2.7/live/trackID=2\r\n");
  ASSERT_TRUE(sdp.ok());
  EXPECT_EQ(sdp->control, "*");
  ASSERT_EQ(sdp->media.size(), 2u);
  EXPECT_EQ(TrackOf(sdp->media[0])->codec, Codec::kPcma);
  EXPECT_EQ(sdp->media[1].port, 5004);
  EXPECT_EQ(sdp->media[1].control, "rtsp://192.0.2.7/live/trackID=2");
  const absl::StatusOr<Track> track = TrackOf(sdp->media[1]);
  ASSERT_TRUE(track.ok());
  EXPECT_EQ(track->fps, 25);
  EXPECT_TRUE(track->sps.empty());
}

TEST(Sdp, StaticPayloadTypesNeedNoRtpmap) {
  EXPECT_EQ(*TrackIn("m=audio 0 RTP/AVP 0\r\n"), Audio(Codec::kPcmu, 8000, 1, ""));
  EXPECT_EQ(*TrackIn("m=audio 0 RTP/AVP 8\r\n"), Audio(Codec::kPcma, 8000, 1, ""));
  EXPECT_EQ(*TrackIn("m=video 0 RTP/AVP 26\r\n"), Track{.codec = Codec::kJpeg});
  EXPECT_FALSE(TrackIn("m=video 0 RTP/AVP 96\r\n").ok());
}

TEST(Sdp, TakesThePayloadTypeThatItKnows) {
  const SdpMedia media = SectionOf(
      "m=video 0 RTP/AVP 100 97 98\r\na=rtpmap:100 VP8/90000\r\na=rtpmap:97 H265/90000\r\n"
      "a=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1\r\n");
  EXPECT_EQ(media.payload_type, 97);
  EXPECT_EQ(media.encoding, "H265");
  EXPECT_TRUE(media.parameters.empty());
  EXPECT_EQ(SectionOf("m=video 0 RTP/AVP 100 101\r\na=rtpmap:100 VP8/90000\r\n").payload_type, 100);
}

TEST(Sdp, ReadsFmtpAsCamerasWriteIt) {
  const SdpMedia media = SectionOf(
      "m=video 0 RTP/AVP 96\r\na=fmtp:96\t Packetization-Mode = 1 ;;sprop=a=b; flag;\r\n"
      "a=rtpmap:96  H264/90000 \r\n");
  EXPECT_EQ(media.encoding, "H264");
  EXPECT_EQ(media.clock_rate, 90000);
  EXPECT_EQ(media.parameters.at("packetization-mode"), "1");
  EXPECT_EQ(media.parameters.at("sprop"), "a=b");
  EXPECT_EQ(media.parameters.at("flag"), "");
}

TEST(Sdp, KnowsWhereMediaComesFromAndGoes) {
  const absl::StatusOr<Sdp> sdp = ParseSdp(
      "v=0\nc=IN IP6 ff15::1/3\na=recvonly\nm=video 5000 RTP/AVP 26\n"
      "m=audio 5002 RTP/AVP 0\nc=IN IP4 239.1.2.3/127\na=inactive\n");
  ASSERT_TRUE(sdp.ok());
  EXPECT_EQ(sdp->media[0].address, "ff15::1");
  EXPECT_EQ(sdp->media[0].direction, SdpDirection::kRecvOnly);
  EXPECT_EQ(sdp->media[1].address, "239.1.2.3");
  EXPECT_EQ(sdp->media[1].direction, SdpDirection::kInactive);
}

TEST(Sdp, ReadsTheSizeOfLargeJpegs) {
  const absl::StatusOr<Track> track =
      TrackIn("m=video 0 RTP/AVP 26\r\na=framesize:26 2592-1944\r\n");
  EXPECT_EQ(track->width, 2592);
  EXPECT_EQ(track->height, 1944);
  EXPECT_EQ(TrackIn("m=video 0 RTP/AVP 26\r\na=x-dimensions:2592,1944\r\n")->height, 1944);
}

TEST(Sdp, ReadsAacInItsForms) {
  const absl::StatusOr<Track> hbr = TrackIn(
      "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/44100/2\r\n"
      "a=fmtp:97 streamtype=5;mode=AAC-hbr;config=1210;SizeLength=13\r\n");
  ASSERT_TRUE(hbr.ok());
  EXPECT_EQ(*hbr, Audio(Codec::kAac, 44100, 2, "1210"));
  const absl::StatusOr<Track> latm = TrackIn(
      "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MP4A-LATM/44100\r\n"
      "a=fmtp:97 cpresent=0;config=400024203fc0\r\n");
  ASSERT_TRUE(latm.ok());
  EXPECT_EQ(*latm, Audio(Codec::kAac, 44100, 2, "1210"));
  EXPECT_EQ(TrackIn("m=audio 0 RTP/AVP 97\r\na=rtpmap:97 mpeg4-generic/16000/1\r\n")->config,
            absl::HexStringToBytes("1408"));
  EXPECT_FALSE(TrackIn("m=audio 0 RTP/AVP 97\r\na=rtpmap:97 mpeg4-generic\r\n").ok());
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

TEST(Sdp, BrokenParameterSetsAreThoseInBand) {
  SdpMedia media = {.kind = "video", .payload_type = 96, .encoding = "H264", .clock_rate = 90000};
  for (const char* sets : {"!!", "Z0L=", ",", "aMuDyyA="}) {
    media.parameters["sprop-parameter-sets"] = sets;
    ASSERT_TRUE(TrackOf(media).ok()) << sets;
    EXPECT_EQ(*TrackOf(media), Track{.codec = Codec::kH264}) << sets;
  }
  media.encoding = "H265";
  media.parameters = {{"sprop-sps", "QgEB"}};
  ASSERT_TRUE(TrackOf(media).ok());
  EXPECT_EQ(*TrackOf(media), Track{.codec = Codec::kH265});
}

TEST(Sdp, RefusesInterleavedModes) {
  SdpMedia media = {.kind = "video", .payload_type = 96, .encoding = "H264", .clock_rate = 90000};
  media.parameters = {{"packetization-mode", "2"}};
  EXPECT_FALSE(TrackOf(media).ok());
  media.encoding = "H265";
  media.parameters = {{"sprop-max-don-diff", "4"}};
  EXPECT_FALSE(TrackOf(media).ok());
}

}  // namespace
}  // namespace relayfleet::media
