// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::telemetry {

std::string RenderText(const prometheus::Registry& registry) {
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

prometheus::Histogram::BucketBoundaries LatencyBuckets() {
  return {0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015,
          0.025,  0.05,  0.1,   0.25,  0.5,   1.0,    2.5,  5.0};
}

MetricMaker::MetricMaker(std::shared_ptr<prometheus::Registry> registry, absl::string_view service)
    : registry_(std::move(registry)), service_(service) {}

prometheus::Family<prometheus::Counter>& MetricMaker::Counter(absl::string_view what,
                                                              absl::string_view help) {
  return prometheus::BuildCounter()
      .Name(Name(what, "_total"))
      .Help(std::string(help))
      .Register(*registry_);
}

prometheus::Family<prometheus::Gauge>& MetricMaker::Gauge(absl::string_view what,
                                                          absl::string_view help) {
  return prometheus::BuildGauge().Name(Name(what, "")).Help(std::string(help)).Register(*registry_);
}

prometheus::Family<prometheus::Histogram>& MetricMaker::Latency(absl::string_view what,
                                                                absl::string_view help) {
  return prometheus::BuildHistogram()
      .Name(Name(what, "_seconds"))
      .Help(std::string(help))
      .Register(*registry_);
}

std::string MetricMaker::Name(absl::string_view what, absl::string_view suffix) const {
  return absl::StrCat("relayfleet_", service_, "_", what, suffix);
}

}  // namespace relayfleet::telemetry
