// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SESSION_LOG_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SESSION_LOG_H_

#include <memory>
#include <utility>

#include "libs/telemetry/log.h"
#include "services/transcode/forwarding_observer.h"

namespace relayfleet::transcode {

// Writes what happens to sessions into the log; good frames are too many for it. Passes all on to
// `next`, which outlives it. Thread-safe.
class SessionLog final : public ForwardingObserver {
 public:
  SessionLog(std::shared_ptr<const telemetry::Logger> log, Observer* next)
      : ForwardingObserver(next), log_(std::move(log)) {}

  void OnSessionOpened(absl::string_view relay) override;
  void OnSessionEnded(absl::string_view relay, const absl::Status& why) override;
  void OnRefused(absl::string_view relay, const absl::Status& why) override;
  void OnFrameDone(absl::string_view relay, const flow::FrameDone& done) override;
  void OnEncoderChanged(absl::string_view relay, const flow::EncoderChanged& changed) override;
  void OnRepeatFailed(absl::string_view relay, const absl::Status& why) override;

 private:
  const std::shared_ptr<const telemetry::Logger> log_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SESSION_LOG_H_
