// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_PACER_H_
#define RELAYFLEET_LIBS_FLOW_PACER_H_

#include <cstdint>

#include "absl/time/time.h"
#include "libs/flow/token_bucket.h"

namespace relayfleet::flow {

// Decides at arrival whether a pushed frame keeps to the relay's `max_fps`: a token bucket of
// burst 2, so that a sender at exactly max_fps with jitter loses nothing. Never delays a frame.
// Used on one executor.
class Pacer {
 public:
  // `max_fps`: frames per second, above 0.
  explicit Pacer(double max_fps) : bucket_({.rate = max_fps, .burst = 2}) {}

  // Whether a frame that arrives at monotonic time `now` goes on; if not, it is RATE_LIMITED.
  bool Admit(absl::Duration now) {
    const bool admitted = bucket_.TryTake(now);
    if (!admitted) ++refused_;
    return admitted;
  }

  // Frames refused so far.
  uint64_t refused() const { return refused_; }

 private:
  TokenBucket bucket_;
  uint64_t refused_ = 0;
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_PACER_H_
