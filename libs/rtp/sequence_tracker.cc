// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/sequence_tracker.h"

#include <utility>

namespace relayfleet::rtp {
namespace {

// Farther behind than any network brings a packet: two in a row, and the sender began anew without
// a new SSRC (RFC 3550, A.1).
constexpr int kMaxMisorder = 1000;

}  // namespace

SequenceTracker::Step SequenceTracker::Advance(uint16_t sequence) {
  const auto restart = std::exchange(restart_, std::nullopt);
  if (!last_.has_value()) {
    last_ = sequence;
    return Step::kNext;
  }
  const int ahead = static_cast<int16_t>(sequence - *last_);
  if (ahead < -kMaxMisorder) {
    if (restart != sequence) {
      restart_ = static_cast<uint16_t>(sequence + 1);
      return Step::kOld;
    }
    last_ = sequence;
    return Step::kGap;
  }
  if (ahead <= 0) return Step::kOld;
  last_ = sequence;
  lost_ += static_cast<uint64_t>(ahead - 1);
  return ahead == 1 ? Step::kNext : Step::kGap;
}

}  // namespace relayfleet::rtp
