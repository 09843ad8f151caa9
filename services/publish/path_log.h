// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_PATH_LOG_H_
#define RELAYFLEET_SERVICES_PUBLISH_PATH_LOG_H_

#include <memory>
#include <utility>

#include "libs/telemetry/log.h"
#include "services/publish/observer.h"

namespace relayfleet::publish {

// Writes what happens to paths into the log; packets are too many for it. Passes all on to `next`.
// Thread-safe.
class PathLog final : public Observer {
 public:
  PathLog(std::shared_ptr<const telemetry::Logger> log, std::shared_ptr<Observer> next)
      : log_(std::move(log)), next_(std::move(next)) {}

  void OnReceived(absl::string_view path, int packets) override;
  void OnWritten(absl::string_view path, size_t bytes, absl::Duration latency) override;
  void OnDropped(absl::string_view path, DropReason reason) override;
  void OnQueueDepth(absl::string_view path, int packets) override;
  void OnOnline(absl::string_view path, bool first) override;
  void OnLost(absl::string_view path, const flow::Lost& lost) override;
  void OnNeedKey(absl::string_view path, flow::NeedKeyReason reason) override;
  void OnAttached(absl::string_view path, uint64_t epoch, bool resumed) override;
  void OnDetached(absl::string_view path, const absl::Status& why) override;
  void OnRefused(const absl::Status& why) override;
  void OnGone(absl::string_view path) override;

 private:
  const std::shared_ptr<const telemetry::Logger> log_;
  const std::shared_ptr<Observer> next_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_PATH_LOG_H_
