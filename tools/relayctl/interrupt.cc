// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/interrupt.h"

#include <unistd.h>

#include "libs/base/signals.h"
#include "tools/relayctl/exit_code.h"

namespace relayfleet::relayctl {

void Interrupt::Request() {
  base::MutexLock lock(&mutex_);
  requested_ = true;
  changed_.NotifyAll();
}

bool Interrupt::requested() const {
  base::MutexLock lock(&mutex_);
  return requested_;
}

bool Interrupt::WaitFor(absl::Duration duration) {
  base::MutexLock lock(&mutex_);
  return changed_.WaitFor(&mutex_, duration, [this] { return requested_; });
}

void Interrupt::TakeSignals() {
  base::BlockSignals();
  std::thread([this] {
    base::WaitForSignal();
    Request();
    base::WaitForSignal();
    _exit(static_cast<int>(ExitCode::kInterrupted));
  }).detach();
}

}  // namespace relayfleet::relayctl
