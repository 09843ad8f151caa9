// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_METRICS_H_
#define RELAYFLEET_SERVICES_GATEWAY_METRICS_H_

#include <prometheus/registry.h>

#include <memory>

#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/gateway/observer.h"

namespace relayfleet::gateway {

// What the gateway does, as metrics and log lines:
//   relayfleet_gateway_requests_total{api,route,method,code}
//   relayfleet_gateway_request_duration_seconds{api,route} (histogram)
//   relayfleet_gateway_requests_in_flight{api}
//   relayfleet_gateway_connections_refused_total{api}
//   relayfleet_gateway_stream_frames_total, relayfleet_gateway_stream_answers_total: of PushFrames
// Routes are templates, so labels stay few. Failed requests (5xx) and skipped ports are logged.
// Thread-safe.
class Metrics final : public Observer {
 public:
  Metrics(std::shared_ptr<prometheus::Registry> registry,
          std::shared_ptr<const telemetry::Logger> log);

  void OnRequest(absl::string_view api) override;
  void OnResponse(absl::string_view api, const http::Exchange& exchange) override;
  void OnStreamFrame() override { stream_frames_.Increment(); }
  void OnStreamAnswer() override { stream_answers_.Increment(); }
  void OnConnectionRefused(absl::string_view api) override;
  void OnPortSkipped(absl::string_view api, const absl::Status& why) override;

 private:
  void Log(absl::string_view api, const http::Exchange& exchange) const;

  telemetry::MetricMaker maker_;
  const std::shared_ptr<const telemetry::Logger> log_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Family<prometheus::Gauge>& in_flight_;
  prometheus::Family<prometheus::Counter>& refused_;
  prometheus::Counter& stream_frames_;
  prometheus::Counter& stream_answers_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_METRICS_H_
