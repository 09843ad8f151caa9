// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SILENCE_WATCH_H_
#define RELAYFLEET_SERVICES_INGEST_SILENCE_WATCH_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"

namespace relayfleet::ingest {

// Notices a peer that owes an answer and says nothing: a frozen process sends no reset, and gRPC's
// keepalive takes 13 s to find it. One timer at most, whatever the traffic. Lives on `executor`,
// where the handlers run.
class SilenceWatch {
 public:
  struct Handler {
    // It said nothing for `limit`.
    absl::AnyInvocable<void(absl::Duration limit)> on_silent;
    // It speaks again.
    absl::AnyInvocable<void()> on_heard;
  };

  SilenceWatch(std::shared_ptr<base::Executor> executor, absl::Duration limit, Handler handler)
      : executor_(std::move(executor)), limit_(limit), handler_(std::move(handler)) {}

  // Whether it owes an answer, from now on.
  void SetOwed(bool owed) {
    if (owed && !owed_) since_ = executor_->clock().Monotonic();
    owed_ = owed;
    if (owed_ && !armed_ && !silent_) ArmIn(limit_);
  }

  // It said something.
  void OnHeard() {
    since_ = executor_->clock().Monotonic();
    if (!std::exchange(silent_, false)) return;
    if (owed_) ArmIn(limit_);
    handler_.on_heard();
  }

  // There is no peer now.
  void Reset() {
    timer_.Cancel();
    owed_ = silent_ = armed_ = false;
  }

 private:
  void ArmIn(absl::Duration time) {
    armed_ = true;
    timer_ = executor_->After(time, [this] { OnTimer(); });
  }

  void OnTimer() {
    armed_ = false;
    if (!owed_) return;
    const absl::Duration left = since_ + limit_ - executor_->clock().Monotonic();
    if (left > absl::ZeroDuration()) return ArmIn(left);
    silent_ = true;
    handler_.on_silent(limit_);
  }

  const std::shared_ptr<base::Executor> executor_;
  const absl::Duration limit_;
  Handler handler_;
  bool owed_ = false;
  bool silent_ = false;
  bool armed_ = false;
  absl::Duration since_;
  base::Timer timer_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SILENCE_WATCH_H_
