// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_READY_WAITERS_H_
#define RELAYFLEET_SERVICES_INGEST_READY_WAITERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"

namespace relayfleet::ingest {

// Those who wait for a relay to be ready: each is answered exactly once. Lives on the relay's
// strand; what still waits when it dies is not answered.
class ReadyWaiters {
 public:
  using Done = absl::AnyInvocable<void(bool ready)>;

  // `ready`: the present answer.
  ReadyWaiters(std::shared_ptr<base::Executor> strand, absl::AnyInvocable<bool()> ready)
      : strand_(std::move(strand)), ready_(std::move(ready)) {}

  void Add(uint64_t id, absl::Duration timeout, Done done);
  // Answers one, if it still waits.
  void End(uint64_t id);
  void EndAll();

  bool empty() const { return waiters_.empty(); }

 private:
  struct Waiter {
    Done done;
    base::Timer timeout;
  };

  const std::shared_ptr<base::Executor> strand_;
  absl::AnyInvocable<bool()> ready_;
  std::map<uint64_t, Waiter> waiters_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_READY_WAITERS_H_
