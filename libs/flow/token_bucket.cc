// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/token_bucket.h"

#include <algorithm>

namespace relayfleet::flow {

bool TokenBucket::TryTake(absl::Duration now) {
  if (now > last_) {
    const double fresh = absl::ToDoubleSeconds(now - last_) * options_.rate;
    tokens_ = std::min(options_.burst, tokens_ + fresh);
    last_ = now;
  }
  // Rounding must not cost a sender that is exactly on time its frame.
  if (tokens_ < 1.0 - 1e-6) return false;
  tokens_ = std::max(0.0, tokens_ - 1.0);
  return true;
}

}  // namespace relayfleet::flow
