// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_REORDER_BUFFER_H_
#define RELAYFLEET_LIBS_RTP_REORDER_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp {

// Brings the packets of one RTP stream over UDP into the order of their sequence numbers.
//
//   Push ─► next? ──────────────────────────► deliver
//             └─► held (window, max_held) ─► deliver, behind what came meanwhile or is given up
//
// In order, nothing is held or copied. What is missing is waited for until the oldest packet
// behind it has waited for `window`, or `max_held` packets wait; then it is counted as lost.
// Repeated and late packets are left out. A sender that begins anew with the same SSRC is
// followed; another SSRC is another stream, and its owner makes a new buffer. Not thread-safe.
class ReorderBuffer {
 public:
  struct Options {
    absl::Duration window = absl::Milliseconds(50);
    size_t max_held = 256;  // packets
  };
  // The packet is valid during the call only; the call must not come back in here.
  using Deliver = std::function<void(const RtpPacket&)>;

  explicit ReorderBuffer(const Options& options) : options_(options) {}

  // `now`: monotonic.
  void Push(const RtpPacket& packet, absl::Duration now, const Deliver& deliver);
  // Gives up what was waited for too long: at deadline(), or now and then.
  void Flush(absl::Duration now, const Deliver& deliver);

  // When Flush() has something to do; nullopt: nothing is held.
  std::optional<absl::Duration> deadline() const;

  uint64_t lost() const { return lost_; }
  // Repeated, or after their place was given up.
  uint64_t late() const { return late_; }

 private:
  struct Held {
    RtpPacket packet;  // its payload is in `bytes`
    std::string bytes;
    absl::Duration arrival;
  };

  bool Restarts(uint16_t sequence, int64_t ahead);
  void Hold(const RtpPacket& packet, int64_t at, absl::Duration now);
  // Goes on behind the gap before the first held packet.
  void SkipGap(const Deliver& deliver);
  void DeliverRun(const Deliver& deliver);

  const Options options_;
  std::optional<int64_t> next_;  // number of the next packet, not wrapped
  std::map<int64_t, Held> held_;
  std::optional<uint16_t> restart_;  // would follow one that was far off
  uint64_t lost_ = 0;
  uint64_t late_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_REORDER_BUFFER_H_
