// SPDX-License-Identifier: Apache-2.0

#include "libs/base/backoff.h"

#include <algorithm>
#include <utility>

#include "absl/random/random.h"

namespace relayfleet::base {

Backoff::Backoff(Options options)
    : Backoff(options, [random = absl::BitGen()]() mutable {
        return absl::Uniform(absl::IntervalClosedOpen, random, 0.0, 1.0);
      }) {}

Backoff::Backoff(Options options, Jitter jitter)
    : options_(options), jitter_(std::move(jitter)), limit_(options.initial) {}

absl::Duration Backoff::Next(absl::Duration lived) {
  if (lived >= options_.reset_after) Reset();
  const absl::Duration wait = std::min(limit_, options_.max) * jitter_();
  limit_ = std::min(limit_ * 2, options_.max);
  return wait;
}

void Backoff::Reset() { limit_ = options_.initial; }

}  // namespace relayfleet::base
