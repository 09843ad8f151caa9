// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_PUBLISH_H_
#define RELAYFLEET_SERVICES_PUBLISH_PUBLISH_H_

#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/base/url_policy.h"
#include "libs/mediamtx/read_listener.h"
#include "libs/telemetry/log.h"
#include "services/publish/path_log.h"
#include "services/publish/stage.h"

namespace relayfleet::publish {

// The publish service put together, for its own binary and for standalone: RTSP, the watch over
// MediaMTX's readers, the stage, logs and metrics. `runtime` and `registry` outlive it; stop
// `runtime` before it is destroyed, since sessions' tasks use what this owns.
class Publish {
 public:
  struct Options {
    std::string instance = "publish";
    MediaServer server;                      // the fleet's own
    std::optional<base::SecretUrl> api_url;  // its control API; none: it has none
    // Set: its runOnRead hook tells this UDP port of each reader, so nobody polls it.
    std::optional<mediamtx::ReadListener::Options> notifier;
    base::UrlPolicy url_policy;  // for servers that callers name
  };

  static absl::StatusOr<std::unique_ptr<Publish>> Create(
      const Options& options, base::ThreadRuntime* runtime, prometheus::Registry* registry,
      std::shared_ptr<const telemetry::Logger> log);

  PublishStageImpl* stage() { return stage_.get(); }
  // UDP port of the notifier; 0 without one.
  uint16_t notify_port() const { return listener_ == nullptr ? 0 : listener_->port(); }

  // Ends every session and waits until MediaMTX was told, at most for `grace`.
  void Drain(absl::Duration grace);

 private:
  Publish() = default;

  std::shared_ptr<PublishStageImpl> stage_;
  std::unique_ptr<mediamtx::ReadListener> listener_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_PUBLISH_H_
