// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_METRICS_ENDPOINT_H_
#define RELAYFLEET_LIBS_HTTP_METRICS_ENDPOINT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/router.h"
#include "libs/http/server.h"

namespace relayfleet::http {

// What operators ask of a process. The functions are called on server threads.
struct Probes {
  // Answers GET /metrics in Prometheus' text format. Null: 404.
  std::function<std::string()> metrics;
  // GET /readyz: 200 when OK, else 503 with the message. Null: always ready.
  std::function<absl::Status()> ready;
};

// Adds GET /healthz (200 while the process lives), /readyz and /metrics to `router`.
absl::Status AddProbes(const Probes& probes, Router* router);

// A small server for the probes alone, for the metrics ports. Thread-safe.
class MetricsEndpoint {
 public:
  // As Server::Listen.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Listen(const std::string& address,
                                                                 int port, const Probes& probes,
                                                                 base::ThreadRuntime* runtime);
  int port() const { return server_->port(); }

 private:
  MetricsEndpoint() = default;

  Router router_;
  std::unique_ptr<Server> server_;
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_METRICS_ENDPOINT_H_
