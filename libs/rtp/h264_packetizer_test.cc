// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h264_packetizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/media/annexb.h"
#include "libs/rtp/h264_depacketizer.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtp/testing/split_packets.h"

namespace relayfleet::rtp {
namespace {

using testing::SplitPackets;

// A NAL unit of `size` bytes whose content shows where each byte came from.
std::string Nal(uint8_t header, size_t size) {
  std::string nal(1, static_cast<char>(header));
  while (nal.size() < size) nal.push_back(static_cast<char>(nal.size() * 7 % 251 + 4));
  return nal;
}

std::string AccessUnitOf(const std::vector<std::string>& nals) {
  std::string access_unit;
  for (const std::string& nal : nals) media::AppendNal(nal, &access_unit);
  return access_unit;
}

RtpState State() {
  RtpState state;
  state.ssrc = 0x11223344;
  state.next_sequence = 0xffff;
  state.timestamp_offset = 0xfffffff0;
  return state;
}

TEST(H264Packetizer, SharesOnePacketAmongSmallUnits) {
  RtpState state = State();
  std::string out;
  const std::string sps = Nal(0x67, 20);
  const std::string pps = Nal(0x28, 5);
  const std::string slice = Nal(0x65, 3000);
  H264Packetizer({.channel = 4}).Append(AccessUnitOf({sps, pps, slice}), 77, &state, &out);
  const std::vector<RtpPacket> packets = SplitPackets(out, 4);
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_EQ(packets[0].payload[0], 0x78);  // STAP-A, the highest NRI of both
  EXPECT_EQ(packets[0].payload.size(), 1 + 2 + 20 + 2 + 5);
  EXPECT_EQ(packets[1].payload[0], 0x7c);  // FU-A
}

TEST(H264Packetizer, CountsOnOverTheWrap) {
  RtpState state = State();
  std::string out;
  const uint32_t rtp_time = state.RtpTime(0x20);
  H264Packetizer({}).Append(AccessUnitOf({Nal(0x65, 3000)}), rtp_time, &state, &out);
  const std::vector<RtpPacket> packets = SplitPackets(out, 0);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[0].sequence, 0xffff);
  EXPECT_EQ(packets[1].sequence, 0);
  EXPECT_EQ(packets[2].sequence, 1);
  EXPECT_EQ(state.next_sequence, 2);
  EXPECT_EQ(state.packets, 3u);
  EXPECT_EQ(state.octets, 2999u + 3 * 2);
  for (const RtpPacket& packet : packets) {
    EXPECT_EQ(packet.timestamp, 0x10u);
    EXPECT_EQ(packet.ssrc, 0x11223344u);
    EXPECT_EQ(packet.payload_type, 96);
    EXPECT_EQ(packet.marker, &packet == &packets.back());
  }
}

TEST(H264Packetizer, NoPayloadIsLargerThanAsked) {
  for (size_t size = 1300; size < 1500; ++size) {
    RtpState state = State();
    std::string out;
    H264Packetizer({}).Append(AccessUnitOf({Nal(0x67, 90), Nal(0x65, size)}), 0, &state, &out);
    for (const RtpPacket& packet : SplitPackets(out, 0)) EXPECT_LE(packet.payload.size(), 1400u);
  }
}

TEST(H264Packetizer, DelimiterIsThePartOfTheUnitThatMayGetLost) {
  RtpState state = State();
  std::string out;
  H264Packetizer({}).AppendDelimiter(5, &state, &out);
  H264Packetizer({}).Append(AccessUnitOf({Nal(0x65, 10)}), 5, &state, &out);
  const std::vector<RtpPacket> packets = SplitPackets(out, 0);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0].payload, "\x09\xf0");
  EXPECT_FALSE(packets[0].marker);
  EXPECT_TRUE(packets[1].marker);
}

TEST(H264Packetizer, WritesNothingForNoUnit) {
  RtpState state = State();
  std::string out;
  H264Packetizer({}).Append("no start code", 0, &state, &out);
  EXPECT_EQ(out, "");
  EXPECT_EQ(state, State());
}

// Around each border: one packet, shared, fragmented.
TEST(H264Packetizer, DepacketizerGivesTheSameAccessUnitBack) {
  const std::vector<size_t> sizes = {1,    2,    100,  698,  1394, 1395,
                                     1398, 1399, 1400, 1401, 2799, 60000};
  RtpState state = State();
  H264Depacketizer depacketizer({});
  for (const size_t first : sizes) {
    for (const size_t second : sizes) {
      const std::string access_unit = AccessUnitOf({Nal(0x41, first), Nal(0x65, second)});
      std::string out;
      H264Packetizer({}).Append(access_unit, state.RtpTime(first), &state, &out);
      std::vector<Unit> units;
      for (const RtpPacket& packet : SplitPackets(out, 0)) {
        EXPECT_TRUE(units.empty());
        units = depacketizer.Push(packet);
      }
      ASSERT_EQ(units.size(), 1u) << first << " " << second;
      EXPECT_EQ(units[0].bytes, access_unit);
      EXPECT_TRUE(units[0].key);
      EXPECT_FALSE(units[0].discontinuity);
    }
  }
}

}  // namespace
}  // namespace relayfleet::rtp
