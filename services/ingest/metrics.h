// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_METRICS_H_
#define RELAYFLEET_SERVICES_INGEST_METRICS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/telemetry/metrics.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/relay_observer.h"

namespace relayfleet::ingest {

// Counts for Prometheus what happens to relays. Histograms are per service; per relay there are
// only gauges and counters, and they go with the relay. Thread-safe.
class IngestMetrics final : public RelayObserver {
 public:
  explicit IngestMetrics(telemetry::MetricMaker maker);

  // Brings the per-relay series up to date: before each scrape.
  void Refresh(const std::vector<relay::v1::Relay>& relays);

  void OnCreated(absl::string_view key, bool restored) override;
  void OnStopped(absl::string_view key) override;
  void OnFrame(absl::string_view key, PushOutcome outcome, absl::Duration latency) override;
  void OnStageTimes(const flow::FrameDone& done) override;
  void OnStageUp(absl::string_view, absl::string_view, absl::string_view) override {}
  void OnStageDown(absl::string_view key, absl::string_view stage, absl::string_view why,
                   absl::Duration retry_in) override;
  void OnOnline(absl::string_view, const flow::Online&) override {}
  void OnLost(absl::string_view, const flow::Lost&) override;

 private:
  // The series of one relay.
  struct Series {
    prometheus::Gauge* ready;
    prometheus::Gauge* state;
    prometheus::Gauge* fps_in;
    prometheus::Gauge* fps_out;
    prometheus::Gauge* restarts;
  };

  Series MakeSeries(const std::string& key);
  void Remove(const Series& series);

  prometheus::Family<prometheus::Gauge>& ready_;
  prometheus::Family<prometheus::Gauge>& state_;
  prometheus::Family<prometheus::Gauge>& fps_in_;
  prometheus::Family<prometheus::Gauge>& fps_out_;
  prometheus::Family<prometheus::Gauge>& restarts_;
  prometheus::Gauge& relays_;
  std::map<PushOutcome, prometheus::Counter*> frames_;
  prometheus::Histogram& latency_;
  prometheus::Histogram& stage_latency_;
  prometheus::Counter& transcode_lost_;
  prometheus::Counter& publish_lost_;
  prometheus::Counter& sessions_lost_;
  base::Mutex mutex_;
  std::map<std::string, Series> series_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_METRICS_H_
