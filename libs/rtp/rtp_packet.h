// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_RTP_PACKET_H_
#define RELAYFLEET_LIBS_RTP_RTP_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::rtp {

inline constexpr size_t kRtpHeaderSize = 12;
inline constexpr size_t kInterleavedHeaderSize = 4;

// One RTP packet (RFC 3550, 5.1), its payload a view into the bytes it was read from.
struct RtpPacket {
  bool marker = false;
  uint8_t payload_type = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  absl::string_view payload;
};

// Leaves out contributing sources, header extension and padding. INVALID_ARGUMENT: not RTP
// version 2, or cut short. Any thread.
absl::StatusOr<RtpPacket> ParseRtpPacket(absl::string_view bytes);

// Appends the 4 bytes that go before a packet inside an RTSP connection (RFC 2326, 10.12).
// `size`: of the packet, at most 65535.
void AppendInterleavedHeader(uint8_t channel, size_t size, std::string* out);

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_RTP_PACKET_H_
