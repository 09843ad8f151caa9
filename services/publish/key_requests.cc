// SPDX-License-Identifier: Apache-2.0

#include "services/publish/key_requests.h"

#include <utility>

namespace relayfleet::publish {

KeyRequests::KeyRequests(std::shared_ptr<base::Executor> strand, absl::Duration interval, Send send)
    : strand_(std::move(strand)), interval_(interval), send_(std::move(send)) {}

void KeyRequests::Request(flow::NeedKeyReason reason) {
  if (reason == flow::NeedKeyReason::kConnected) {
    Forget();
    return SendNow(reason);
  }
  if (waiting_.has_value()) return;
  const absl::Duration pause = last_sent_ + interval_ - strand_->clock().Monotonic();
  if (pause <= absl::ZeroDuration()) return SendNow(reason);
  waiting_ = reason;
  timer_ = strand_->After(pause, [this] { SendNow(*waiting_); });
}

void KeyRequests::Forget() {
  waiting_.reset();
  timer_.Cancel();
}

void KeyRequests::SendNow(flow::NeedKeyReason reason) {
  waiting_.reset();
  last_sent_ = strand_->clock().Monotonic();
  send_(reason);
}

}  // namespace relayfleet::publish
