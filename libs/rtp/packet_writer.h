// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_PACKET_WRITER_H_
#define RELAYFLEET_LIBS_RTP_PACKET_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/packetizer.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// Writes the packets of one unit, each behind its interleaved header, into one buffer. For the
// time of one call; what it points to must outlive it.
class PacketWriter {
 public:
  PacketWriter(const PacketizerOptions& options, uint32_t rtp_time, RtpState* state,
               std::string* out)
      : options_(options), rtp_time_(rtp_time), state_(state), out_(out) {}

  // Room for a unit of so many bytes, so that the buffer grows once.
  void Reserve(size_t unit);

  size_t max_payload() const { return options_.max_payload; }
  // Begins a packet; exactly `payload` bytes are to follow.
  void Begin(size_t payload);
  void Bytes(absl::string_view bytes) { out_->append(bytes.data(), bytes.size()); }
  void Byte(uint8_t byte) { out_->push_back(static_cast<char>(byte)); }

  // Sets the marker bit of the newest packet, if there is one.
  void Mark();
  // Of the packets that follow.
  void set_rtp_time(uint32_t rtp_time) { rtp_time_ = rtp_time; }

 private:
  const PacketizerOptions& options_;
  uint32_t rtp_time_;
  RtpState* const state_;
  std::string* const out_;
  size_t marker_byte_ = 0;  // of the newest packet; 0: none
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_PACKET_WRITER_H_
