// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/call_context.h"

#include <utility>

namespace relayfleet::gateway {

CallContext::CallContext(Options options) : options_(std::move(options)) {}

void CallContext::Cancel() {
  absl::AnyInvocable<void()> cancel;
  {
    base::MutexLock lock(&mutex_);
    if (std::exchange(cancelled_, true)) return;
    cancel = std::exchange(on_cancel_, nullptr);
  }
  if (cancel != nullptr) cancel();
}

void CallContext::OnCancel(absl::AnyInvocable<void()> cancel) {
  {
    base::MutexLock lock(&mutex_);
    // What was before dies in `cancel`, after the lock is released.
    if (!cancelled_) return std::swap(on_cancel_, cancel);
  }
  cancel();
}

}  // namespace relayfleet::gateway
