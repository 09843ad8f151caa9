// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TESTING_NULL_OBSERVER_H_
#define RELAYFLEET_SERVICES_INGEST_TESTING_NULL_OBSERVER_H_

#include "services/ingest/relay_observer.h"

namespace relayfleet::ingest::testing {

// For tests to which nobody needs to tell what happens.
class NullObserver : public RelayObserver {
 public:
  void OnCreated(absl::string_view, bool, absl::string_view) override {}
  void OnStopped(absl::string_view, absl::string_view) override {}
  void OnFrame(absl::string_view, PushOutcome, absl::Duration) override {}
  void OnRefused(absl::string_view, absl::string_view, PushOutcome, absl::string_view) override {}
  void OnStageTimes(const flow::FrameDone&) override {}
  void OnStageUp(absl::string_view, absl::string_view, absl::string_view) override {}
  void OnStageDown(absl::string_view, absl::string_view, absl::string_view,
                   absl::Duration) override {}
  void OnStageSilent(absl::string_view, absl::string_view, absl::Duration) override {}
  void OnEncoderChanged(absl::string_view, const flow::EncoderChanged&) override {}
  void OnOnline(absl::string_view, const flow::Online&) override {}
  void OnLost(absl::string_view, const flow::Lost&) override {}
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_TESTING_NULL_OBSERVER_H_
