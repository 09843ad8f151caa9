// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_CLOCK_H_
#define RELAYFLEET_LIBS_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace relayfleet::base {

// Two times: one to tell others (wall), one to measure by (monotonic). Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Time of day; may jump.
  virtual absl::Time Wall() const = 0;

  // Time since an arbitrary start; never jumps.
  virtual absl::Duration Monotonic() const = 0;
};

// The system's clocks.
class SystemClock final : public Clock {
 public:
  absl::Time Wall() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_CLOCK_H_
