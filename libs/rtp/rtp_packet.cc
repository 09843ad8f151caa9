// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/rtp_packet.h"

#include "absl/status/status.h"
#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr uint8_t kPaddingBit = 0x20;
constexpr uint8_t kExtensionBit = 0x10;

absl::Status Short() { return absl::InvalidArgumentError("RTP packet is cut short"); }

}  // namespace

absl::StatusOr<RtpPacket> ParseRtpPacket(absl::string_view bytes) {
  if (bytes.size() < kRtpHeaderSize) return Short();
  const uint8_t first = Load8(bytes, 0);
  if (first >> 6 != 2) return absl::InvalidArgumentError("not RTP version 2");
  RtpPacket packet;
  packet.marker = (Load8(bytes, 1) & 0x80) != 0;
  packet.payload_type = Load8(bytes, 1) & 0x7f;
  packet.sequence = Load16(bytes, 2);
  packet.timestamp = Load32(bytes, 4);
  packet.ssrc = Load32(bytes, 8);

  size_t header = kRtpHeaderSize + size_t{4} * (first & 0x0f);
  if ((first & kExtensionBit) != 0) {
    if (bytes.size() < header + 4) return Short();
    header += 4 + size_t{4} * Load16(bytes, header + 2);
  }
  if (bytes.size() < header) return Short();
  packet.payload = bytes.substr(header);
  if ((first & kPaddingBit) != 0) {
    const size_t padding = Load8(bytes, bytes.size() - 1);
    if (padding == 0 || padding > packet.payload.size()) {
      return absl::InvalidArgumentError("RTP padding is longer than the packet");
    }
    packet.payload.remove_suffix(padding);
  }
  return packet;
}

void AppendInterleavedHeader(uint8_t channel, size_t size, std::string* out) {
  out->push_back('$');
  Append8(channel, out);
  Append16(static_cast<uint16_t>(size), out);
}

}  // namespace relayfleet::rtp
