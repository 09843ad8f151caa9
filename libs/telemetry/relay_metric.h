// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_RELAY_METRIC_H_
#define RELAYFLEET_LIBS_TELEMETRY_RELAY_METRIC_H_

#include <prometheus/family.h>
#include <prometheus/labels.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"

namespace relayfleet::telemetry {

// A family with one time series per relay, which goes when the relay's last holder goes: a fleet
// whose relays come and go keeps no dead series. An old and a new session of one relay share it.
// T: prometheus::Counter or Gauge. Thread-safe; series may outlive this object.
template <typename T>
class RelayMetric {
 public:
  // `family` belongs to `registry`.
  RelayMetric(std::shared_ptr<prometheus::Registry> registry, prometheus::Family<T>& family)
      : shared_(std::make_shared<Shared>(std::move(registry), &family)) {}

  // The series of `relay` (label "relay") with `more` labels, e.g. {{"reason", "superseded"}}.
  std::shared_ptr<T> Get(absl::string_view relay, prometheus::Labels more = {}) {
    more["relay"] = std::string(relay);
    base::MutexLock lock(&shared_->mutex);
    auto& entry = shared_->series[more];
    if (entry.holders++ == 0) entry.metric = &shared_->family->Add(more);
    return std::shared_ptr<T>(
        entry.metric, [shared = shared_, labels = std::move(more)](T*) { shared->Drop(labels); });
  }

 private:
  struct Entry {
    T* metric = nullptr;
    int holders = 0;
  };
  struct Shared {
    Shared(std::shared_ptr<prometheus::Registry> r, prometheus::Family<T>* f)
        : registry(std::move(r)), family(f) {}
    void Drop(const prometheus::Labels& labels) {
      base::MutexLock lock(&mutex);
      auto it = series.find(labels);
      if (--it->second.holders > 0) return;
      family->Remove(it->second.metric);
      series.erase(it);
    }
    const std::shared_ptr<prometheus::Registry> registry;  // owns the family
    prometheus::Family<T>* const family;
    base::Mutex mutex;
    std::map<prometheus::Labels, Entry> series ABSL_GUARDED_BY(mutex);
  };
  const std::shared_ptr<Shared> shared_;
};

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_RELAY_METRIC_H_
