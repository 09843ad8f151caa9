// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_LOG_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_LOG_H_

#include <memory>
#include <utility>

#include "libs/telemetry/log.h"
#include "services/ingest/forwarding_relay_observer.h"

namespace relayfleet::ingest {

// Writes what happens to relays into the log; pictures are too many for it, so refused ones are
// there for debugging only. Passes all on to `next`, so that one observer serves for logs and
// metrics. Thread-safe.
class RelayLog final : public ForwardingRelayObserver {
 public:
  RelayLog(std::shared_ptr<const telemetry::Logger> log, RelayObserver& next)
      : ForwardingRelayObserver(next), log_(std::move(log)) {}

  void OnCreated(absl::string_view key, bool restored, absl::string_view request) override;
  void OnStopped(absl::string_view key, absl::string_view request) override;
  void OnRefused(absl::string_view key, absl::string_view request, PushOutcome outcome,
                 absl::string_view detail) override;
  void OnStageUp(absl::string_view key, absl::string_view stage, absl::string_view detail) override;
  void OnStageDown(absl::string_view key, absl::string_view stage, absl::string_view why,
                   absl::Duration retry_in) override;
  void OnStageSilent(absl::string_view key, absl::string_view stage, absl::Duration limit) override;
  void OnEncoderChanged(absl::string_view key, const flow::EncoderChanged& changed) override;
  void OnOnline(absl::string_view key, const flow::Online& online) override;
  void OnLost(absl::string_view key, const flow::Lost& lost) override;

 private:
  const std::shared_ptr<const telemetry::Logger> log_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_LOG_H_
