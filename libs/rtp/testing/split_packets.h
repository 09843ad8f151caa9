// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_TESTING_SPLIT_PACKETS_H_
#define RELAYFLEET_LIBS_RTP_TESTING_SPLIT_PACKETS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp::testing {

// Takes the interleaved headers off, as an RTSP server does.
inline std::vector<RtpPacket> SplitPackets(absl::string_view stream, uint8_t channel) {
  std::vector<RtpPacket> packets;
  while (!stream.empty()) {
    EXPECT_EQ(stream[0], '$');
    EXPECT_EQ(static_cast<uint8_t>(stream[1]), channel);
    const size_t size = static_cast<uint8_t>(stream[2]) * 256 + static_cast<uint8_t>(stream[3]);
    const absl::StatusOr<RtpPacket> packet = ParseRtpPacket(stream.substr(4, size));
    EXPECT_TRUE(packet.ok());
    if (!packet.ok()) break;
    packets.push_back(*packet);
    stream.remove_prefix(4 + size);
  }
  return packets;
}

}  // namespace relayfleet::rtp::testing

#endif  // RELAYFLEET_LIBS_RTP_TESTING_SPLIT_PACKETS_H_
