// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_RUN_ON_H_
#define RELAYFLEET_TOOLS_RELAYCTL_RUN_ON_H_

#include "libs/base/executor.h"
#include "libs/base/mutex.h"

namespace relayfleet::relayctl {

// Runs `task` on `executor` and returns once it has run. Not on the executor's own thread.
template <typename Task>
void RunOn(base::Executor& executor, Task task) {
  base::Mutex mutex;
  base::CondVar changed;
  bool done = false;
  executor.Post([&] {
    task();
    base::MutexLock lock(&mutex);
    done = true;
    changed.NotifyAll();
  });
  base::MutexLock lock(&mutex);
  changed.Wait(&mutex, [&] { return done; });
}

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_RUN_ON_H_
