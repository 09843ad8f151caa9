// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_PATH_LOG_H_
#define RELAYFLEET_SERVICES_PUBLISH_PATH_LOG_H_

#include <memory>
#include <utility>

#include "libs/telemetry/log.h"
#include "services/publish/forwarding_observer.h"

namespace relayfleet::publish {

// Writes what happens to paths into the log; packets are too many for it. Passes all on to `next`.
// Thread-safe.
class PathLog final : public ForwardingObserver {
 public:
  PathLog(std::shared_ptr<const telemetry::Logger> log, std::shared_ptr<Observer> next)
      : ForwardingObserver(std::move(next)), log_(std::move(log)) {}

  void OnOnline(absl::string_view path, bool first) override;
  void OnLost(absl::string_view path, const flow::Lost& lost) override;
  void OnAttached(absl::string_view path, uint64_t epoch, bool resumed) override;
  void OnDetached(absl::string_view path, const absl::Status& why) override;
  void OnRefused(const absl::Status& why) override;
  void OnGone(absl::string_view path) override;

 private:
  const std::shared_ptr<const telemetry::Logger> log_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_PATH_LOG_H_
