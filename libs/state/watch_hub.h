// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_WATCH_HUB_H_
#define RELAYFLEET_LIBS_STATE_WATCH_HUB_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/state/store.h"

namespace relayfleet::state {

// The watches of a store and the newest events, which a watch may begin with. The store adds each
// change in order, under its own lock. Full policy: the oldest of kWatchHistory events is
// forgotten, and a watch that wants it is refused. Thread-safe; watches may outlive it.
class WatchHub {
 public:
  // `revision`: of the store as it was opened; what is older was never seen here.
  explicit WatchHub(uint64_t revision);
  ~WatchHub();

  void Add(Event event);
  absl::StatusOr<Watch> WatchFrom(uint64_t from_revision, std::shared_ptr<base::Executor> executor,
                                  absl::AnyInvocable<void(const Event&)> on_event);

 private:
  class Subscriber;
  base::Mutex mutex_;
  uint64_t first_known_ ABSL_GUARDED_BY(mutex_);  // lowest revision that a watch may begin with
  std::deque<std::shared_ptr<const Event>> history_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<Subscriber>> subscribers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_WATCH_HUB_H_
