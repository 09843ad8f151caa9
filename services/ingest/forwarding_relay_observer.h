// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_FORWARDING_RELAY_OBSERVER_H_
#define RELAYFLEET_SERVICES_INGEST_FORWARDING_RELAY_OBSERVER_H_

#include "services/ingest/relay_observer.h"

namespace relayfleet::ingest {

// Passes all on to the next observer, which outlives it. Who derives from it says something of what
// it overrides, and then calls what it overrode. Thread-safe if the next one is.
class ForwardingRelayObserver : public RelayObserver {
 public:
  explicit ForwardingRelayObserver(RelayObserver& next) : next_(next) {}

  void OnCreated(absl::string_view key, bool restored, absl::string_view request) override {
    next_.OnCreated(key, restored, request);
  }
  void OnStopped(absl::string_view key, absl::string_view request) override {
    next_.OnStopped(key, request);
  }
  void OnFrame(absl::string_view key, PushOutcome outcome, absl::Duration latency) override {
    next_.OnFrame(key, outcome, latency);
  }
  void OnRefused(absl::string_view key, absl::string_view request, PushOutcome outcome,
                 absl::string_view detail) override {
    next_.OnRefused(key, request, outcome, detail);
  }
  void OnStageTimes(const flow::FrameDone& done) override { next_.OnStageTimes(done); }
  void OnStageUp(absl::string_view key, absl::string_view stage,
                 absl::string_view detail) override {
    next_.OnStageUp(key, stage, detail);
  }
  void OnStageDown(absl::string_view key, absl::string_view stage, absl::string_view why,
                   absl::Duration retry_in) override {
    next_.OnStageDown(key, stage, why, retry_in);
  }
  void OnStageSilent(absl::string_view key, absl::string_view stage,
                     absl::Duration limit) override {
    next_.OnStageSilent(key, stage, limit);
  }
  void OnEncoderChanged(absl::string_view key, const flow::EncoderChanged& changed) override {
    next_.OnEncoderChanged(key, changed);
  }
  void OnOnline(absl::string_view key, const flow::Online& online) override {
    next_.OnOnline(key, online);
  }
  void OnLost(absl::string_view key, const flow::Lost& lost) override { next_.OnLost(key, lost); }

 private:
  RelayObserver& next_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_FORWARDING_RELAY_OBSERVER_H_
