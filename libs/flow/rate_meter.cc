// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/rate_meter.h"

#include <algorithm>

namespace relayfleet::flow {
namespace {

constexpr absl::Duration kSlot = absl::Milliseconds(250);

int64_t SlotNumber(absl::Duration now) { return absl::ToInt64Milliseconds(now) / 250; }

}  // namespace

void RateMeter::Add(absl::Duration now, int64_t count) {
  first_ = std::min(first_, now);
  const int64_t number = SlotNumber(now);
  Slot& slot = slots_[number % kSlots];
  if (slot.number != number) slot = {.number = number, .count = 0};
  slot.count += count;
}

double RateMeter::PerSecond(absl::Duration now) const {
  const int64_t newest = SlotNumber(now);
  int64_t sum = 0;
  for (const Slot& slot : slots_) {
    if (slot.number > newest - kSlots && slot.number <= newest) sum += slot.count;
  }
  if (sum == 0) return 0;
  // The oldest slot in sight begins kSlots - 1 whole slots before the current one.
  const absl::Duration in_slot = now - newest * kSlot;
  const absl::Duration seen = std::min((kSlots - 1) * kSlot + in_slot, now - first_);
  // Shorter than a slot says nothing about a rate yet.
  return static_cast<double>(sum) / absl::ToDoubleSeconds(std::max(seen, 4 * kSlot));
}

}  // namespace relayfleet::flow
