// SPDX-License-Identifier: Apache-2.0

#include "libs/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace relayfleet::base {

absl::Time SystemClock::Wall() const { return absl::Now(); }

absl::Duration SystemClock::Monotonic() const {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace relayfleet::base
