// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUSH_SEATS_H_
#define RELAYFLEET_SERVICES_INGEST_PUSH_SEATS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "libs/base/mutex.h"

namespace relayfleet::ingest {

// Who pushes access units into which relay: one caller each, the newest. Thread-safe.
class PushSeats {
 public:
  // Takes the seat of `key`; who sits there is told by its `superseded`, inside this call. Returns
  // a name for Leave(), never 0.
  uint64_t Take(const std::string& key, absl::AnyInvocable<void()> superseded) {
    absl::AnyInvocable<void()> tell;
    uint64_t name = 0;
    {
      base::MutexLock lock(&mutex_);
      name = ++last_;
      Seat& seat = seats_[key];
      tell = std::exchange(seat.superseded, std::move(superseded));
      seat.name = name;
    }
    if (tell != nullptr) tell();
    return name;
  }

  // Of no effect for one who was superseded.
  void Leave(const std::string& key, uint64_t name) {
    base::MutexLock lock(&mutex_);
    const auto seat = seats_.find(key);
    if (seat != seats_.end() && seat->second.name == name) seats_.erase(seat);
  }

 private:
  struct Seat {
    uint64_t name = 0;
    absl::AnyInvocable<void()> superseded;
  };
  base::Mutex mutex_;
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Seat> seats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUSH_SEATS_H_
