// SPDX-License-Identifier: Apache-2.0

#include "services/common/operator_port.h"

#include <utility>

#include "libs/base/errors.h"
#include "libs/base/signals.h"

namespace relayfleet::common {

absl::StatusOr<std::unique_ptr<OperatorPort>> OperatorPort::Listen(
    const Endpoint& endpoint, std::function<std::string()> metrics, base::ThreadRuntime* runtime) {
  std::unique_ptr<OperatorPort> port(new OperatorPort);
  const auto ready = [stopping = &port->stopping_] {
    return *stopping ? base::NotServing() : absl::OkStatus();
  };
  auto listening = http::MetricsEndpoint::Listen(
      endpoint.host, endpoint.port, {.metrics = std::move(metrics), .ready = ready}, runtime);
  if (!listening.ok()) return listening.status();
  port->endpoint_ = *std::move(listening);
  return port;
}

void OperatorPort::WaitForStop(const telemetry::Logger& log) {
  const int signal = base::WaitForSignal();
  log.Info("stopping", {{"signal", signal}});
  SetStopping();
}

}  // namespace relayfleet::common
