// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_OBSERVER_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_OBSERVER_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/flow/stages.h"
#include "services/ingest/push.h"

namespace relayfleet::ingest {

// Told what happens to relays, for logs and metrics. Called on the relays' strands, many at once:
// implementations are thread-safe and quick.
class RelayObserver {
 public:
  virtual ~RelayObserver() = default;

  // `request`: id of the request that made or ended it; empty when the process did, at its own
  // start or end.
  virtual void OnCreated(absl::string_view key, bool restored, absl::string_view request) = 0;
  virtual void OnStopped(absl::string_view key, absl::string_view request) = 0;
  // A pushed picture's end, or its refusal. `latency` since its arrival.
  virtual void OnFrame(absl::string_view key, PushOutcome outcome, absl::Duration latency) = 0;
  // A picture was not taken: the caller of `request` is told `detail`. Its OnFrame comes as well.
  virtual void OnRefused(absl::string_view key, absl::string_view request, PushOutcome outcome,
                         absl::string_view detail) = 0;
  virtual void OnStageTimes(const flow::FrameDone& done) = 0;
  virtual void OnStageUp(absl::string_view key, absl::string_view stage,
                         absl::string_view detail) = 0;
  // The next attempt begins in `retry_in`, never when it is infinite.
  virtual void OnStageDown(absl::string_view key, absl::string_view stage, absl::string_view why,
                           absl::Duration retry_in) = 0;
  // The stage owes an answer for `limit`: it may be frozen. Its call stands.
  virtual void OnStageSilent(absl::string_view key, absl::string_view stage,
                             absl::Duration limit) = 0;
  // Transcode's encoder failed and another took its place.
  virtual void OnEncoderChanged(absl::string_view key, const flow::EncoderChanged& changed) = 0;
  virtual void OnOnline(absl::string_view key, const flow::Online& online) = 0;
  virtual void OnLost(absl::string_view key, const flow::Lost& lost) = 0;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_OBSERVER_H_
