// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/opus_packetizer.h"

#include "libs/rtp/packet_writer.h"

namespace relayfleet::rtp {

void OpusPacketizer::Append(absl::string_view frame, uint32_t rtp_time, RtpState* state,
                            std::string* out) const {
  // The size has 16 bits in the connection; Opus takes at most 1275 bytes for 20 ms.
  if (frame.empty() || frame.size() > 0x8000) return;
  PacketWriter writer(options_, rtp_time, state, out);
  writer.Begin(frame.size());
  writer.Bytes(frame);
}

}  // namespace relayfleet::rtp
