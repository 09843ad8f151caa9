// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/rtp_state.h"

#include "absl/random/random.h"

namespace relayfleet::rtp {

RtpState RtpState::Random() {
  absl::BitGen random;
  RtpState state;
  state.ssrc = absl::Uniform<uint32_t>(random);
  state.next_sequence = absl::Uniform<uint16_t>(random);
  state.timestamp_offset = absl::Uniform<uint32_t>(random);
  return state;
}

}  // namespace relayfleet::rtp
