// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/payload_depacketizer.h"

#include <string>
#include <utility>

namespace relayfleet::rtp {

std::vector<Unit> PayloadDepacketizer::Push(const RtpPacket& packet) {
  std::vector<Unit> out;
  const SequenceTracker::Step step = tracker_.Advance(packet.sequence);
  if (step == SequenceTracker::Step::kOld) return out;
  if (step == SequenceTracker::Step::kGap) discontinuity_ = true;
  if (packet.payload.empty()) {
    ++dropped_;
    discontinuity_ = true;
    return out;
  }
  out.push_back({.bytes = std::string(packet.payload),
                 .rtp_time = packet.timestamp,
                 .key = true,
                 .discontinuity = std::exchange(discontinuity_, false)});
  return out;
}

}  // namespace relayfleet::rtp
