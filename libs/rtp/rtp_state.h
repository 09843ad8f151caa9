// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_RTP_STATE_H_
#define RELAYFLEET_LIBS_RTP_RTP_STATE_H_

#include <cstdint>

#include "absl/time/time.h"

namespace relayfleet::rtp {

// Where one outgoing RTP stream stands. A plain value: read it from one publishing attempt and
// give it to the next, and receivers see one line of sequence numbers and time stamps.
struct RtpState {
  uint32_t ssrc = 0;
  uint16_t next_sequence = 0;
  uint32_t timestamp_offset = 0;  // RTP time of pts 0
  uint32_t packets = 0;           // sent so far, modulo 2^32 as sender reports count them
  uint32_t octets = 0;            // payload bytes in these
  // The newest access unit's place on both time lines; sender reports go on from it.
  // InfinitePast: none was sent yet.
  absl::Time last_wall = absl::InfinitePast();
  int64_t last_pts = 0;

  // A new stream with random identifiers (RFC 3550, 5.1).
  static RtpState Random();

  // RTP time of a pts in ticks of the stream's clock; wraps at 2^32.
  uint32_t RtpTime(int64_t pts) const { return timestamp_offset + static_cast<uint32_t>(pts); }

  friend bool operator==(const RtpState&, const RtpState&) = default;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_RTP_STATE_H_
