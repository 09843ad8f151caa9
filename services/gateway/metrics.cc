// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/metrics.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/http/path_template.h"

namespace relayfleet::gateway {
namespace {

std::string Route(const http::Exchange& exchange) {
  return exchange.route.empty() ? "none" : std::string(exchange.route);
}

// Methods are the caller's text: only those that mean something become labels.
std::string Method(const http::Exchange& exchange) {
  for (const char* known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (exchange.method == known) return known;
  }
  return "other";
}

// The relay that the path names; "" when the route has none.
std::string Relay(const http::Exchange& exchange) {
  const auto route = http::PathTemplate::Parse(exchange.route);
  const auto path = http::ParsePath(exchange.path);
  if (!route.ok() || !path.ok()) return "";
  for (const auto& [name, value] : route->Match(*path).value_or(http::Bindings())) {
    if (name == "key") return value;
  }
  return "";
}

bool IsFailure(absl::string_view api, int status) {
  // Of gRPC codes: UNKNOWN, INTERNAL, UNAVAILABLE, DATA_LOSS.
  if (api == "grpc") return status == 2 || status >= 13;
  return status >= 500;
}

}  // namespace

Metrics::Metrics(std::shared_ptr<prometheus::Registry> registry,
                 std::shared_ptr<const telemetry::Logger> log)
    : maker_(std::move(registry), "gateway"),
      log_(std::move(log)),
      requests_(maker_.Counter("requests", "Answered requests, by HTTP status or gRPC code.")),
      durations_(maker_.Latency("request_duration", "Time from a request's header to its answer.")),
      in_flight_(maker_.Gauge("requests_in_flight", "Requests that are being served.")),
      refused_(maker_.Counter("connections_refused", "Connections above the limit.")),
      stream_frames_(
          maker_.Counter("stream_frames", "Pictures received in PushFrames streams.").Add({})),
      stream_answers_(maker_.Counter("stream_answers", "Answers to these, sent back.").Add({})) {
  // There from the start: a series that appears at its first event is missed by rates.
  for (const char* api : {"robot_relay", "rest"}) refused_.Add({{"api", api}});
}

void Metrics::OnRequest(absl::string_view api) {
  in_flight_.Add({{"api", std::string(api)}}).Increment();
}

void Metrics::OnResponse(absl::string_view api, const http::Exchange& exchange) {
  const std::string name(api);
  const std::string route = Route(exchange);
  in_flight_.Add({{"api", name}}).Decrement();
  requests_
      .Add({{"api", name},
            {"route", route},
            {"method", Method(exchange)},
            {"code", absl::StrCat(exchange.status)}})
      .Increment();
  durations_.Add({{"api", name}, {"route", route}}, telemetry::LatencyBuckets())
      .Observe(absl::ToDoubleSeconds(exchange.duration));
  if (IsFailure(api, exchange.status)) Log(api, exchange);
}

void Metrics::Log(absl::string_view api, const http::Exchange& exchange) const {
  const std::string relay = Relay(exchange);
  const auto log = relay.empty() ? log_ : log_->With({{"relay", relay}});
  log->Warning("request failed", {{"api", api},
                                  {"route", Route(exchange)},
                                  {"code", exchange.status},
                                  {"request", exchange.request_id},
                                  {"peer", exchange.remote}});
}

void Metrics::OnConnectionRefused(absl::string_view api) {
  refused_.Add({{"api", std::string(api)}}).Increment();
}

void Metrics::OnPortSkipped(absl::string_view api, const absl::Status& why) {
  log_->Warning("port skipped; this API is not served", {{"api", api}, {"error", why}});
}

}  // namespace relayfleet::gateway
