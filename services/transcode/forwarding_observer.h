// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_FORWARDING_OBSERVER_H_
#define RELAYFLEET_SERVICES_TRANSCODE_FORWARDING_OBSERVER_H_

#include "services/transcode/observer.h"

namespace relayfleet::transcode {

// Passes all on to the next observer, which outlives it. Who derives from it says something of what
// it overrides, and then calls what it overrode. Thread-safe if the next one is.
class ForwardingObserver : public Observer {
 public:
  explicit ForwardingObserver(Observer* next) : next_(next) {}

  void OnSessionOpened(absl::string_view relay) override { next_->OnSessionOpened(relay); }
  void OnSessionEnded(absl::string_view relay, const absl::Status& why) override {
    next_->OnSessionEnded(relay, why);
  }
  void OnRefused(absl::string_view relay, const absl::Status& why) override {
    next_->OnRefused(relay, why);
  }
  void OnFrameIn(size_t bytes) override { next_->OnFrameIn(bytes); }
  void OnQueue(int change) override { next_->OnQueue(change); }
  void OnFrameDone(absl::string_view relay, const flow::FrameDone& done) override {
    next_->OnFrameDone(relay, done);
  }
  void OnFrameOut(size_t bytes, bool key, bool repeat) override {
    next_->OnFrameOut(bytes, key, repeat);
  }
  void OnEncoderChanged(absl::string_view relay, const flow::EncoderChanged& changed) override {
    next_->OnEncoderChanged(relay, changed);
  }
  void OnRepeatFailed(absl::string_view relay, const absl::Status& why) override {
    next_->OnRepeatFailed(relay, why);
  }

 private:
  Observer* const next_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_FORWARDING_OBSERVER_H_
