// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_METRICS_H_
#define RELAYFLEET_LIBS_TELEMETRY_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::telemetry {

// The registry as /metrics shows it (Prometheus text format 0.0.4). Thread-safe.
std::string RenderText(const prometheus::Registry& registry);
// Content-Type of that text.
inline constexpr char kMetricsContentType[] = "text/plain; version=0.0.4; charset=utf-8";

// Bounds of latency histograms in seconds: 0.5 ms to 5 s, close where our targets lie (1-50 ms).
prometheus::Histogram::BucketBoundaries LatencyBuckets();

// Makes the metric families of one service by one naming rule:
// relayfleet_<service>_<what>[_total|_seconds]. `what` carries the unit of a gauge
// ("queue_packets", "latency_seconds"). Ask once per family and keep the reference: it lives as
// long as the registry. Thread-safe.
class MetricMaker {
 public:
  MetricMaker(std::shared_ptr<prometheus::Registry> registry, absl::string_view service);

  // Adds "_total".
  prometheus::Family<prometheus::Counter>& Counter(absl::string_view what, absl::string_view help);
  prometheus::Family<prometheus::Gauge>& Gauge(absl::string_view what, absl::string_view help);
  // Adds "_seconds"; give LatencyBuckets() to Add(). Per service and stage, never per relay.
  prometheus::Family<prometheus::Histogram>& Latency(absl::string_view what,
                                                     absl::string_view help);
  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

 private:
  std::string Name(absl::string_view what, absl::string_view suffix) const;

  const std::shared_ptr<prometheus::Registry> registry_;
  const std::string service_;
};

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_METRICS_H_
