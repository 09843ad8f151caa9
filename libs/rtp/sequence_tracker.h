// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_SEQUENCE_TRACKER_H_
#define RELAYFLEET_LIBS_RTP_SEQUENCE_TRACKER_H_

#include <cstdint>
#include <optional>

namespace relayfleet::rtp {

// Follows the 16-bit sequence numbers of one RTP stream, over their wrap, and counts the packets
// that are missing. Not thread-safe.
class SequenceTracker {
 public:
  enum class Step {
    kNext,  // follows the one before; also the first
    kGap,   // something is missing before, or the sender began anew
    kOld,   // late or repeated: leave it out
  };

  Step Advance(uint16_t sequence);

  uint64_t lost() const { return lost_; }

 private:
  std::optional<uint16_t> last_;
  std::optional<uint16_t> restart_;  // follows one that was far behind
  uint64_t lost_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_SEQUENCE_TRACKER_H_
