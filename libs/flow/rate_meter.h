// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_RATE_METER_H_
#define RELAYFLEET_LIBS_FLOW_RATE_METER_H_

#include <array>
#include <cstdint>

#include "absl/time/time.h"

namespace relayfleet::flow {

// Events (frames, bytes) per second over the last five seconds, or since the first event while
// that is less. It has no clock: the caller gives monotonic times. Used on one executor.
class RateMeter {
 public:
  void Add(absl::Duration now, int64_t count = 1);
  double PerSecond(absl::Duration now) const;

 private:
  static constexpr int kSlots = 20;  // of a quarter of a second
  struct Slot {
    int64_t number = -1;  // which quarter since the clock's zero
    int64_t count = 0;
  };
  std::array<Slot, kSlots> slots_;
  absl::Duration first_ = absl::InfiniteDuration();
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_RATE_METER_H_
