// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_H264_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_H264_PACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// Cuts H.264 access units into RTP packets for an RTSP connection (RFC 6184, packetization mode
// 1): units that fit together into one packet share it (STAP-A), larger ones are fragmented
// (FU-A). All packets of an access unit go into one buffer, each behind its interleaved header,
// so that one send carries them. Not thread-safe; copying it is cheap.
class H264Packetizer {
 public:
  struct Options {
    uint8_t payload_type = 96;
    uint8_t channel = 0;  // interleaved channel of RTP
    // Bytes of a packet behind its RTP header, at least 64. MediaMTX cuts again what is above
    // 1440 with its header.
    size_t max_payload = 1400;
  };

  explicit H264Packetizer(Options options) : options_(options) {}

  // Appends the packets of one Annex-B access unit to `out` and moves `state` on. The last one
  // carries the marker bit. Nothing happens if it holds no NAL unit.
  void Append(absl::string_view access_unit, uint32_t rtp_time, RtpState* state,
              std::string* out) const;

  // Appends one packet with an access unit delimiter, without marker bit: the beginning of the
  // access unit of the same time that is appended next, and no loss if it does not arrive.
  void AppendDelimiter(uint32_t rtp_time, RtpState* state, std::string* out) const;

 private:
  Options options_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_H264_PACKETIZER_H_
