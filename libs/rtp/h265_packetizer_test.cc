// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h265_packetizer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/media/annexb.h"
#include "libs/rtp/h265_depacketizer.h"
#include "libs/rtp/testing/split_packets.h"

namespace relayfleet::rtp {
namespace {

using testing::SplitPackets;

// A NAL unit of `size` bytes, at least 3, whose content shows where each byte came from.
std::string Nal(uint8_t type, size_t size) {
  std::string nal = {static_cast<char>(type << 1), 1};
  while (nal.size() < size) nal.push_back(static_cast<char>(nal.size() * 7 % 251 + 4));
  return nal;
}

std::string AccessUnitOf(const std::vector<std::string>& nals) {
  std::string access_unit;
  for (const std::string& nal : nals) media::AppendNal(nal, &access_unit);
  return access_unit;
}

TEST(H265Packetizer, SharesOnePacketAmongSmallUnitsAndCutsLargeOnes) {
  RtpState state;
  std::string out;
  const std::string unit = AccessUnitOf({Nal(32, 24), Nal(33, 40), Nal(34, 7), Nal(19, 3000)});
  H265Packetizer({.payload_type = 97, .channel = 2}).Append(unit, 77, &state, &out);
  const std::vector<RtpPacket> packets = SplitPackets(out, 2);
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_EQ(packets[0].payload.substr(0, 4), absl::string_view("\x60\x01\x00\x18", 4));
  EXPECT_EQ(packets[1].payload.substr(0, 3), "\x62\x01\x93");
  EXPECT_EQ(packets[2].payload.substr(0, 3), "\x62\x01\x13");
  EXPECT_EQ(packets[3].payload.substr(0, 3), "\x62\x01\x53");
  for (const RtpPacket& packet : packets) {
    EXPECT_LE(packet.payload.size(), 1400u);
    EXPECT_EQ(packet.timestamp, 77u);
    EXPECT_EQ(packet.payload_type, 97);
    EXPECT_EQ(packet.marker, &packet == &packets.back());
  }
}

TEST(H265Packetizer, DelimiterIsThePartOfTheUnitThatMayGetLost) {
  RtpState state;
  std::string out;
  EXPECT_TRUE(H265Packetizer({}).AppendDelimiter(5, &state, &out));
  H265Packetizer({}).Append(AccessUnitOf({Nal(19, 10)}), 5, &state, &out);
  const std::vector<RtpPacket> packets = SplitPackets(out, 0);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0].payload, "\x46\x01\x50");
  EXPECT_FALSE(packets[0].marker);
}

// Around each border: one packet, shared, fragmented.
TEST(H265Packetizer, DepacketizerGivesTheSameAccessUnitBack) {
  const std::vector<size_t> sizes = {3,    4,    100,  697,  1393, 1394, 1396,
                                     1398, 1399, 1400, 1401, 2799, 60000};
  RtpState state;
  H265Depacketizer depacketizer({});
  uint32_t time = 0;
  for (const size_t first : sizes) {
    for (const size_t second : sizes) {
      const std::string access_unit = AccessUnitOf({Nal(1, first), Nal(19, second)});
      std::string out;
      H265Packetizer({}).Append(access_unit, ++time, &state, &out);
      std::vector<Unit> units;
      for (const RtpPacket& packet : SplitPackets(out, 0)) {
        EXPECT_TRUE(units.empty());
        units = depacketizer.Push(packet);
      }
      ASSERT_EQ(units.size(), 1u) << first << " " << second;
      EXPECT_EQ(units[0].bytes, access_unit);
      EXPECT_TRUE(units[0].key);
    }
  }
}

}  // namespace
}  // namespace relayfleet::rtp
