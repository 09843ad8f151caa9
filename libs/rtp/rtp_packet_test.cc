// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/rtp_packet.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"

namespace relayfleet::rtp {
namespace {

TEST(RtpPacket, ReadsTheHeader) {
  const std::string bytes = absl::HexStringToBytes("80e0fffe0000000a0000000b4142");
  const absl::StatusOr<RtpPacket> packet = ParseRtpPacket(bytes);
  ASSERT_TRUE(packet.ok());
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 96);
  EXPECT_EQ(packet->sequence, 0xfffe);
  EXPECT_EQ(packet->timestamp, 10u);
  EXPECT_EQ(packet->ssrc, 11u);
  EXPECT_EQ(packet->payload, "AB");
}

TEST(RtpPacket, LeavesOutSourcesExtensionAndPadding) {
  const std::string bytes = absl::HexStringToBytes(
      "b1600001000000010000000100000002"  // one contributing source
      "bede000101020304"                  // extension of one word
      "4142"
      "000003");
  const absl::StatusOr<RtpPacket> packet = ParseRtpPacket(bytes);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->payload, "AB");
}

TEST(RtpPacket, RefusesShortAndForeignOnes) {
  const std::string whole =
      absl::HexStringToBytes("91600001000000010000000100000002bede000101020304");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseRtpPacket(whole.substr(0, size)).ok()) << size;
  }
  EXPECT_TRUE(ParseRtpPacket(whole).ok());
  EXPECT_FALSE(ParseRtpPacket(absl::HexStringToBytes("40e000010000000100000001")).ok());
  EXPECT_FALSE(ParseRtpPacket(absl::HexStringToBytes("a0600001000000010000000103")).ok());
}

TEST(InterleavedHeader, CarriesChannelAndLength) {
  std::string out;
  AppendInterleavedHeader(1, 0x1234, &out);
  EXPECT_EQ(absl::BytesToHexString(out), "24011234");
}

}  // namespace
}  // namespace relayfleet::rtp
