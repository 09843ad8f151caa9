// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/packet_writer.h"

#include "libs/rtp/byte_order.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp {
namespace {

constexpr size_t kOverhead = kInterleavedHeaderSize + kRtpHeaderSize + 4;
constexpr size_t kShare = 16;  // of a payload that a format's own headers take at most

}  // namespace

void PacketWriter::Reserve(size_t unit) {
  const size_t packets = unit / (options_.max_payload - kShare) + 4;
  out_->reserve(out_->size() + unit + packets * kOverhead);
}

void PacketWriter::Begin(size_t payload) {
  AppendInterleavedHeader(options_.channel, kRtpHeaderSize + payload, out_);
  Append8(0x80, out_);
  marker_byte_ = out_->size();
  Append8(options_.payload_type, out_);
  Append16(state_->next_sequence++, out_);
  Append32(rtp_time_, out_);
  Append32(state_->ssrc, out_);
  ++state_->packets;
  state_->octets += static_cast<uint32_t>(payload);
}

void PacketWriter::Mark() {
  if (marker_byte_ != 0) (*out_)[marker_byte_] |= static_cast<char>(0x80);
}

}  // namespace relayfleet::rtp
