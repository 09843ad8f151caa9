// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_PACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// Where a track's packets go.
struct PacketizerOptions {
  uint8_t payload_type = 96;
  uint8_t channel = 0;  // interleaved channel of RTP
  // Bytes of a packet behind its RTP header, at least 64. MediaMTX cuts again what is above 1440
  // with its header.
  size_t max_payload = 1400;
};

// Cuts the units of one track (media::Packet's payloads) into RTP packets for an RTSP connection.
// All packets of a unit go into one buffer, each behind its interleaved header, so that one send
// carries them. Not thread-safe.
class Packetizer {
 public:
  virtual ~Packetizer() = default;

  // Appends the packets of one unit to `out` and moves `state` on. Nothing happens if there is
  // nothing in it.
  virtual void Append(absl::string_view unit, uint32_t rtp_time, RtpState* state,
                      std::string* out) const = 0;

  // Appends one packet, without marker bit, that begins the unit of the same time that is appended
  // next, and is no loss if it does not arrive. False: the codec has none.
  virtual bool AppendDelimiter(uint32_t /*rtp_time*/, RtpState* /*state*/,
                               std::string* /*out*/) const {
    return false;
  }
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_PACKETIZER_H_
