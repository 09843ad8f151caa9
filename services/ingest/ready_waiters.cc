// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/ready_waiters.h"

namespace relayfleet::ingest {

void ReadyWaiters::Add(uint64_t id, absl::Duration timeout, Done done) {
  waiters_[id] = {.done = std::move(done),
                  .timeout = strand_->After(timeout, [this, id] { End(id); })};
}

void ReadyWaiters::End(uint64_t id) {
  auto node = waiters_.extract(id);
  if (!node.empty()) node.mapped().done(ready_());
}

void ReadyWaiters::EndAll() {
  for (auto& [id, waiter] : std::exchange(waiters_, {})) waiter.done(ready_());
}

}  // namespace relayfleet::ingest
