// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_METRICS_H_
#define RELAYFLEET_SERVICES_PUBLISH_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"
#include "services/publish/observer.h"

namespace relayfleet::publish {

// Counts what the paths report. Counters and gauges per relay (its path), which go when the path
// goes; one latency histogram for all. Thread-safe.
class Metrics final : public Observer {
 public:
  // `registry` outlives it.
  explicit Metrics(prometheus::Registry* registry);

  void OnReceived(absl::string_view path, int packets) override;
  void OnWritten(absl::string_view path, size_t bytes, absl::Duration latency) override;
  void OnDropped(absl::string_view path, DropReason reason) override;
  void OnQueueDepth(absl::string_view path, int packets) override;
  void OnOnline(absl::string_view path, bool first) override;
  void OnLost(absl::string_view path, const flow::Lost& lost) override;
  void OnNeedKey(absl::string_view path, flow::NeedKeyReason reason) override;
  void OnRefused(const absl::Status& why) override;
  void OnGone(absl::string_view path) override;

 private:
  // The series of one path.
  struct Relay {
    prometheus::Counter* received = nullptr;
    prometheus::Counter* written = nullptr;
    prometheus::Counter* bytes = nullptr;
    std::array<prometheus::Counter*, 6> dropped = {};  // by DropReason
    prometheus::Counter* sessions = nullptr;
    prometheus::Counter* failures = nullptr;
    prometheus::Counter* need_keys = nullptr;
    prometheus::Gauge* online = nullptr;
    prometheus::Gauge* queue = nullptr;
  };
  Relay& Of(absl::string_view path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  prometheus::Family<prometheus::Counter>& received_;
  prometheus::Family<prometheus::Counter>& written_;
  prometheus::Family<prometheus::Counter>& bytes_;
  prometheus::Family<prometheus::Counter>& dropped_;
  prometheus::Family<prometheus::Counter>& sessions_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Family<prometheus::Counter>& need_keys_;
  prometheus::Family<prometheus::Gauge>& online_;
  prometheus::Family<prometheus::Gauge>& queue_;
  prometheus::Counter& refused_;
  prometheus::Histogram& latency_;
  base::Mutex mutex_;
  std::map<std::string, Relay> relays_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_METRICS_H_
