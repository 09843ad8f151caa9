// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_INTERRUPT_H_
#define RELAYFLEET_TOOLS_RELAYCTL_INTERRUPT_H_

#include <thread>

#include "absl/time/time.h"
#include "libs/base/mutex.h"

namespace relayfleet::relayctl {

// The user's wish to stop. Thread-safe.
class Interrupt {
 public:
  void Request();
  bool requested() const;
  // Waits for `duration`, less when the wish comes; returns whether it came.
  bool WaitFor(absl::Duration duration);

  // Makes the first SIGINT or SIGTERM a wish; a second one ends the process at once. Before the
  // first thread is started, once per process: the signals are blocked everywhere and read by a
  // thread that lives as long as the process. Until this is called signals act as ever.
  void TakeSignals();

 private:
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  bool requested_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_INTERRUPT_H_
