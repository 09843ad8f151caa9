// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_DEPACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp {

// Larger units are dropped.
inline constexpr size_t kMaxUnit = size_t{8} << 20;

// What a packet of media::Packet is made of: one Annex-B access unit, one JPEG or one audio frame.
struct Unit {
  std::string bytes;
  uint32_t rtp_time = 0;       // ticks of the stream's clock, wraps
  bool key = false;            // decoding can begin here
  bool discontinuity = false;  // something is missing before
};

// Puts the RTP packets of one stream together into units, each let go with the packet that
// completes it, not one later. Packets come in order of sequence (ReorderBuffer); one that comes
// late or twice is left out. What is missing or malformed takes its unit along: nothing damaged
// comes out. Another SSRC is another stream: its owner makes a new one. Not thread-safe.
class Depacketizer {
 public:
  virtual ~Depacketizer() = default;

  // Returns what `packet` completes: mostly nothing or one.
  virtual std::vector<Unit> Push(const RtpPacket& packet) = 0;

  virtual uint64_t lost_packets() const = 0;
  // Units that were left out, as far as one can know.
  virtual uint64_t dropped_units() const = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_DEPACKETIZER_H_
