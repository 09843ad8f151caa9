// SPDX-License-Identifier: Apache-2.0

#include "libs/http/metrics_endpoint.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::http {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kPrometheusText[] = "text/plain; version=0.0.4; charset=utf-8";

Response Ready(const absl::Status& status) {
  if (status.ok()) return {.content_type = kText, .body = "ok\n"};
  return {.status = 503, .content_type = kText, .body = absl::StrCat(status.message(), "\n")};
}

}  // namespace

absl::Status AddProbes(const Probes& probes, Router* router) {
  absl::Status status =
      router->Add("GET", "/healthz", [](const Request&, const Bindings&, Responder responder) {
        responder.Send({.content_type = kText, .body = "ok\n"});
      });
  status.Update(
      router->Add("GET", "/readyz",
                  [ready = probes.ready](const Request&, const Bindings&, Responder responder) {
                    responder.Send(Ready(ready == nullptr ? absl::OkStatus() : ready()));
                  }));
  if (probes.metrics == nullptr) return status;
  status.Update(
      router->Add("GET", "/metrics",
                  [metrics = probes.metrics](const Request&, const Bindings&, Responder responder) {
                    responder.Send({.content_type = kPrometheusText, .body = metrics()});
                  }));
  return status;
}

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Listen(
    const std::string& address, int port, const Probes& probes, base::ThreadRuntime* runtime) {
  auto endpoint = std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint);
  const absl::Status added = AddProbes(probes, &endpoint->router_);
  if (!added.ok()) return added;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Listen(
      address, port, {.max_connections = 32},
      [router = &endpoint->router_](Request request, Responder responder) {
        router->Handle(std::move(request), std::move(responder));
      },
      runtime);
  if (!server.ok()) return server.status();
  endpoint->server_ = *std::move(server);
  return endpoint;
}

}  // namespace relayfleet::http
