// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/pcm_packetizer.h"

#include "libs/rtp/packet_writer.h"

namespace relayfleet::rtp {

void PcmPacketizer::Append(absl::string_view samples, uint32_t rtp_time, RtpState* state,
                           std::string* out) const {
  PacketWriter writer(options_, rtp_time, state, out);
  const size_t most = options_.max_payload / channels_ * channels_;
  while (!samples.empty()) {
    const absl::string_view part = samples.substr(0, most);
    samples.remove_prefix(part.size());
    writer.Begin(part.size());
    writer.Bytes(part);
    rtp_time += static_cast<uint32_t>(part.size() / channels_);
    writer.set_rtp_time(rtp_time);
  }
}

}  // namespace relayfleet::rtp
