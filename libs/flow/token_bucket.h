// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_TOKEN_BUCKET_H_
#define RELAYFLEET_LIBS_FLOW_TOKEN_BUCKET_H_

#include "absl/time/time.h"

namespace relayfleet::flow {

// Admits `rate` events a second, and up to `burst` at once after a silence. It has no clock: the
// caller says what time it is, monotonic. Used on one executor.
class TokenBucket {
 public:
  struct Options {
    double rate = 30;  // per second, above 0
    double burst = 2;  // at least 1
  };

  // Begins full.
  explicit TokenBucket(const Options& options) : options_(options), tokens_(options.burst) {}

  // Takes a token if there is one. `now` never goes back.
  bool TryTake(absl::Duration now);

  // From now on; the tokens stay.
  void SetRate(double rate) { options_.rate = rate; }

 private:
  Options options_;
  double tokens_;
  absl::Duration last_ = -absl::InfiniteDuration();
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_TOKEN_BUCKET_H_
