// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_CREDIT_H_
#define RELAYFLEET_LIBS_FLOW_CREDIT_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>

#include "absl/time/time.h"

namespace relayfleet::flow {

// The sender's side of credits: how many packets the peer still has room for. A sender starts
// with none; the queue that drops sits before it. Used on one executor.
class CreditCounter {
 public:
  // The peer granted room for `packets` more.
  void Grant(uint32_t packets) {
    available_ += packets;
    window_ = std::max(window_, available_);
  }

  // Takes one credit if there is one; then one packet may be sent.
  bool TryTake() {
    if (available_ == 0) return false;
    --available_;
    return true;
  }

  uint64_t available() const { return available_; }

  // Packets sent for which the peer has not yet granted room again: the most that was ever
  // available at once, less what is available now.
  uint64_t in_flight() const { return window_ - available_; }

 private:
  uint64_t available_ = 0;
  uint64_t window_ = 0;
};

// Bounds what is in flight by number and by media time, per track: a slow stage at 5 fps must not
// hold 1.6 s of pictures only because 8 of them fit. Used on one executor.
class InFlightWindow {
 public:
  struct Options {
    int max_packets = 8;                                // per track
    absl::Duration max_span = absl::Milliseconds(250);  // oldest in flight to the new one
  };

  InFlightWindow() : InFlightWindow(Options()) {}
  explicit InFlightWindow(const Options& options) : options_(options) {}

  // Whether a packet with this presentation time may be sent. With nothing in flight: always.
  bool Admits(uint32_t track, absl::Duration pts) const;

  // It was sent. `seq` grows.
  void Sent(uint32_t track, uint64_t seq, absl::Duration pts);

  // The peer is done with everything up to `seq`.
  void Done(uint64_t through_seq);

  // Forgets what is in flight: the session is a new one.
  void Clear() { tracks_.clear(); }

  // Of all tracks.
  int in_flight() const;

 private:
  struct Entry {
    uint64_t seq;
    absl::Duration pts;
  };
  Options options_;
  std::map<uint32_t, std::deque<Entry>> tracks_;
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_CREDIT_H_
