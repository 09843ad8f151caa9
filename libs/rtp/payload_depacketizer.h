// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_PAYLOAD_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_PAYLOAD_DEPACKETIZER_H_

#include <cstdint>
#include <vector>

#include "libs/rtp/depacketizer.h"
#include "libs/rtp/sequence_tracker.h"

namespace relayfleet::rtp {

// Where each payload is one frame as it is: Opus (RFC 7587) and G.711 (RFC 3551).
class PayloadDepacketizer final : public Depacketizer {
 public:
  std::vector<Unit> Push(const RtpPacket& packet) override;
  uint64_t lost_packets() const override { return tracker_.lost(); }
  uint64_t dropped_units() const override { return dropped_; }

 private:
  SequenceTracker tracker_;
  bool discontinuity_ = false;
  uint64_t dropped_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_PAYLOAD_DEPACKETIZER_H_
