// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/aac_packetizer.h"

#include "libs/rtp/packet_writer.h"

namespace relayfleet::rtp {
namespace {

constexpr size_t kHeader = 4;         // 16 bits of headers: 13 of size, 3 of index
constexpr size_t kMaxFrame = 0x1fff;  // bytes

}  // namespace

void AacPacketizer::Append(absl::string_view frame, uint32_t rtp_time, RtpState* state,
                           std::string* out) const {
  // AAC allows 768 bytes a channel and frame: no encoder makes such.
  if (frame.size() > kMaxFrame) return;
  PacketWriter writer(options_, rtp_time, state, out);
  const size_t size = frame.size();
  while (!frame.empty()) {
    const absl::string_view part = frame.substr(0, writer.max_payload() - kHeader);
    frame.remove_prefix(part.size());
    writer.Begin(kHeader + part.size());
    writer.Byte(0);
    writer.Byte(16);
    writer.Byte(static_cast<uint8_t>(size >> 5));
    writer.Byte(static_cast<uint8_t>(size << 3));
    writer.Bytes(part);
  }
  writer.Mark();
}

}  // namespace relayfleet::rtp
