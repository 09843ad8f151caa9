// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SESSION_LOG_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SESSION_LOG_H_

#include <memory>
#include <utility>

#include "libs/telemetry/log.h"
#include "services/transcode/observer.h"

namespace relayfleet::transcode {

// Writes what happens to sessions into the log; good frames are too many for it. Passes all on to
// `next`, which outlives it. Thread-safe.
class SessionLog final : public Observer {
 public:
  SessionLog(std::shared_ptr<const telemetry::Logger> log, Observer* next)
      : log_(std::move(log)), next_(next) {}

  void OnSessionOpened(absl::string_view relay) override;
  void OnSessionEnded(absl::string_view relay, const absl::Status& why) override;
  void OnRefused(absl::string_view relay, const absl::Status& why) override;
  void OnFrameIn(size_t bytes) override;
  void OnQueue(int change) override;
  void OnFrameDone(absl::string_view relay, const flow::FrameDone& done) override;
  void OnFrameOut(size_t bytes, bool key, bool repeat) override;
  void OnRepeatFailed(absl::string_view relay, const absl::Status& why) override;

 private:
  const std::shared_ptr<const telemetry::Logger> log_;
  Observer* const next_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SESSION_LOG_H_
