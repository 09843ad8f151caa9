// SPDX-License-Identifier: Apache-2.0

#include "libs/http/call.h"

namespace relayfleet::http {

void Call::Respond(Response response) {
  // Dies after the lock is released: it may own anything.
  absl::AnyInvocable<void()> dropped;
  {
    base::MutexLock lock(&mutex_);
    if (std::exchange(answered_, true)) return;
    dropped = std::exchange(on_gone_, nullptr);
  }
  if (const std::shared_ptr<Owner> owner = owner_.lock()) owner->Answer(std::move(response));
}

void Call::SetRoute(std::string route) {
  base::MutexLock lock(&mutex_);
  route_ = std::move(route);
}

void Call::OnGone(absl::AnyInvocable<void()> gone) {
  {
    base::MutexLock lock(&mutex_);
    if (answered_) return;
    if (!gone_) {
      on_gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

void Call::PeerGone() {
  absl::AnyInvocable<void()> tell;
  {
    base::MutexLock lock(&mutex_);
    if (std::exchange(gone_, true)) return;
    tell = std::exchange(on_gone_, nullptr);
  }
  if (tell != nullptr) tell();
}

std::string Call::route() const {
  base::MutexLock lock(&mutex_);
  return route_;
}

}  // namespace relayfleet::http
