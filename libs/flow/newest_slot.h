// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_NEWEST_SLOT_H_
#define RELAYFLEET_LIBS_FLOW_NEWEST_SLOT_H_

#include <cstdint>
#include <optional>
#include <utility>

namespace relayfleet::flow {

// A queue of one for pictures that don't need each other (JPEG): when full, the newest wins and
// the older one goes back to the caller, who reports it. Used on one executor.
template <typename T>
class NewestSlot {
 public:
  // Stores `value`; returns the one whose place it took.
  [[nodiscard]] std::optional<T> Put(T value) {
    std::optional<T> superseded = std::exchange(value_, std::optional<T>(std::move(value)));
    if (superseded.has_value()) ++superseded_;
    return superseded;
  }

  // Takes what is there.
  std::optional<T> Take() { return std::exchange(value_, std::nullopt); }

  bool empty() const { return !value_.has_value(); }

  // Values so far whose place a newer one took.
  uint64_t superseded() const { return superseded_; }

 private:
  std::optional<T> value_;
  uint64_t superseded_ = 0;
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_NEWEST_SLOT_H_
