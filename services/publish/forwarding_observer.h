// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_FORWARDING_OBSERVER_H_
#define RELAYFLEET_SERVICES_PUBLISH_FORWARDING_OBSERVER_H_

#include <memory>
#include <utility>

#include "services/publish/observer.h"

namespace relayfleet::publish {

// Passes all on to the next observer. Who derives from it says something of what it overrides, and
// then calls what it overrode. Thread-safe if the next one is.
class ForwardingObserver : public Observer {
 public:
  explicit ForwardingObserver(std::shared_ptr<Observer> next) : next_(std::move(next)) {}

  void OnReceived(absl::string_view path, int packets) override {
    next_->OnReceived(path, packets);
  }
  void OnWritten(absl::string_view path, size_t bytes, absl::Duration latency) override {
    next_->OnWritten(path, bytes, latency);
  }
  void OnDropped(absl::string_view path, DropReason reason) override {
    next_->OnDropped(path, reason);
  }
  void OnQueueDepth(absl::string_view path, int packets) override {
    next_->OnQueueDepth(path, packets);
  }
  void OnOnline(absl::string_view path, bool first) override { next_->OnOnline(path, first); }
  void OnLost(absl::string_view path, const flow::Lost& lost) override {
    next_->OnLost(path, lost);
  }
  void OnNeedKey(absl::string_view path, flow::NeedKeyReason reason) override {
    next_->OnNeedKey(path, reason);
  }
  void OnAttached(absl::string_view path, uint64_t epoch, bool resumed) override {
    next_->OnAttached(path, epoch, resumed);
  }
  void OnDetached(absl::string_view path, const absl::Status& why) override {
    next_->OnDetached(path, why);
  }
  void OnRefused(const absl::Status& why) override { next_->OnRefused(why); }
  void OnGone(absl::string_view path) override { next_->OnGone(path); }

 private:
  const std::shared_ptr<Observer> next_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_FORWARDING_OBSERVER_H_
