// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/new_packetizer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/rtp/new_depacketizer.h"
#include "libs/rtp/testing/split_packets.h"

namespace relayfleet::rtp {
namespace {

using testing::SplitPackets;

media::Track TrackOf(media::Codec codec, int channels) {
  media::Track track;
  track.codec = codec;
  track.channels = channels;
  return track;
}

// The packets of one unit of `track`.
std::string Packets(const media::Track& track, const std::string& unit) {
  RtpState state;
  std::string out;
  const auto packetizer = NewPacketizer(track, {.channel = 2});
  EXPECT_TRUE(packetizer.ok());
  if (packetizer.ok()) (*packetizer)->Append(unit, 1000, &state, &out);
  return out;
}

TEST(NewPacketizer, WhatItSendsTheDepacketizerReads) {
  const std::vector<std::pair<media::Track, std::string>> units = {
      {TrackOf(media::Codec::kH264, 0), std::string("\0\0\0\1\x65x", 6)},
      {TrackOf(media::Codec::kH265, 0), std::string("\0\0\0\1\x26\1x", 7)},
      {TrackOf(media::Codec::kAac, 2), std::string(400, 'a')},
      {TrackOf(media::Codec::kAac, 2), std::string(4000, 'a')},
      {TrackOf(media::Codec::kOpus, 2), std::string(200, 'o')},
      {TrackOf(media::Codec::kPcmu, 1), std::string(160, 'u')},
      {TrackOf(media::Codec::kPcma, 1), std::string(160, 'a')}};
  for (const auto& [track, unit] : units) {
    const auto depacketizer = NewDepacketizer(track, {});
    ASSERT_TRUE(depacketizer.ok());
    std::vector<Unit> got;
    const std::string out = Packets(track, unit);
    for (const RtpPacket& packet : SplitPackets(out, 2)) {
      EXPECT_LE(packet.payload.size(), 1400u);
      for (Unit& part : (*depacketizer)->Push(packet)) got.push_back(std::move(part));
    }
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].bytes, unit);
    EXPECT_EQ(got[0].rtp_time, 1000u);
  }
  EXPECT_FALSE(NewPacketizer(TrackOf(media::Codec::kJpeg, 0), {}).ok());
}

TEST(AacPacketizer, MarksTheLastPacketOfAFrame) {
  const std::string out = Packets(TrackOf(media::Codec::kAac, 2), std::string(3000, 'a'));
  const std::vector<RtpPacket> packets = SplitPackets(out, 2);
  ASSERT_EQ(packets.size(), 3u);
  for (const RtpPacket& packet : packets) {
    EXPECT_EQ(packet.payload.substr(0, 4), absl::string_view("\x00\x10\x5d\xc0", 4));
    EXPECT_EQ(packet.marker, &packet == &packets.back());
  }
}

TEST(PcmPacketizer, CutsBetweenSamplesAndMovesTheTimeOn) {
  const std::string out = Packets(TrackOf(media::Codec::kPcmu, 3), std::string(3000, 'u'));
  const std::vector<RtpPacket> packets = SplitPackets(out, 2);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[0].payload.size(), 1398u);
  EXPECT_EQ(packets[1].timestamp, 1000u + 466);
  EXPECT_EQ(packets[2].timestamp, 1000u + 2 * 466);
  EXPECT_EQ(packets[2].payload.size(), 204u);
}

TEST(Packetizers, WriteNothingForNothing) {
  for (const media::Codec codec : {media::Codec::kH264, media::Codec::kH265, media::Codec::kAac,
                                   media::Codec::kOpus, media::Codec::kPcmu}) {
    EXPECT_EQ(Packets(TrackOf(codec, 1), ""), "");
  }
}

}  // namespace
}  // namespace relayfleet::rtp
