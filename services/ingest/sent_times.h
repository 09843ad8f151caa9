// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SENT_TIMES_H_
#define RELAYFLEET_SERVICES_INGEST_SENT_TIMES_H_

#include <cstdint>
#include <deque>

#include "absl/time/time.h"

namespace relayfleet::ingest {

// When the pictures came that are on their way to the socket, so that their latency can be told.
// Not thread-safe.
class SentTimes {
 public:
  // The packet `out_seq` (growing) was made of what came at monotonic time `arrival`.
  void Add(uint64_t out_seq, absl::Duration arrival) { sent_.push_back({out_seq, arrival}); }

  // It was not sent after all.
  void TakeBack(uint64_t out_seq) {
    if (!sent_.empty() && sent_.back().out_seq == out_seq) sent_.pop_back();
  }

  // What becomes of all up to `last`: `tell` gets the arrivals of those from `first` on.
  template <typename Tell>
  void End(uint64_t first, uint64_t last, Tell tell) {
    for (; !sent_.empty() && sent_.front().out_seq <= last; sent_.pop_front()) {
      if (sent_.front().out_seq >= first) tell(sent_.front().arrival);
    }
  }

 private:
  struct Sent {
    uint64_t out_seq;
    absl::Duration arrival;
  };
  std::deque<Sent> sent_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SENT_TIMES_H_
