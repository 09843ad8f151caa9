// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_OPERATOR_PORT_H_
#define RELAYFLEET_SERVICES_COMMON_OPERATOR_PORT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/metrics_endpoint.h"
#include "libs/telemetry/log.h"
#include "services/common/config.h"

namespace relayfleet::common {

// What operators see of a service's process: /metrics, /healthz and /readyz, which answers 503 once
// the process stops, while it still ends what is under way. Ends before its runtime. Thread-safe.
class OperatorPort {
 public:
  // Serves from now on. `metrics` makes the text of /metrics; called on server threads.
  static absl::StatusOr<std::unique_ptr<OperatorPort>> Listen(const Endpoint& endpoint,
                                                              std::function<std::string()> metrics,
                                                              base::ThreadRuntime* runtime);
  int port() const { return endpoint_->port(); }

  // From now on the process is not ready.
  void SetStopping() { stopping_ = true; }

  // Blocks until SIGTERM or SIGINT, and logs it; then as SetStopping().
  void WaitForStop(const telemetry::Logger& log);

 private:
  OperatorPort() = default;

  std::atomic<bool> stopping_ = false;
  std::unique_ptr<http::MetricsEndpoint> endpoint_;
};

}  // namespace relayfleet::common

#endif  // RELAYFLEET_SERVICES_COMMON_OPERATOR_PORT_H_
