// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_METRICS_H_
#define RELAYFLEET_SERVICES_INGEST_METRICS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/telemetry/metrics.h"
#include "libs/telemetry/relay_metric.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/relay_observer.h"

namespace relayfleet::ingest {

// Counts for Prometheus what happens to relays. Histograms are per service; per relay there are
// only gauges and counters, which follow its status at each scrape, so that pictures cost nothing
// here, and go with the relay. Thread-safe.
class IngestMetrics final : public RelayObserver {
 public:
  explicit IngestMetrics(telemetry::MetricMaker maker);

  // Brings the per-relay series up to date: before each scrape.
  void Refresh(const std::vector<relay::v1::Relay>& relays);
  // What waits in all relays: `pictures` for transcode, `packets` for publish.
  void SetQueued(int pictures, int packets);

  void OnCreated(absl::string_view key, bool restored, absl::string_view request) override;
  void OnStopped(absl::string_view key, absl::string_view request) override;
  void OnFrame(absl::string_view key, PushOutcome outcome, absl::Duration latency) override;
  void OnRefused(absl::string_view, absl::string_view, PushOutcome, absl::string_view) override {}
  void OnStageTimes(const flow::FrameDone& done) override;
  void OnStageUp(absl::string_view, absl::string_view, absl::string_view) override {}
  void OnStageDown(absl::string_view key, absl::string_view stage, absl::string_view why,
                   absl::Duration retry_in) override;
  void OnStageSilent(absl::string_view, absl::string_view, absl::Duration) override {}
  void OnEncoderChanged(absl::string_view, const flow::EncoderChanged&) override {}
  void OnOnline(absl::string_view, const flow::Online&) override {}
  void OnLost(absl::string_view, const flow::Lost&) override;

 private:
  // The series of one relay.
  struct Series {
    std::shared_ptr<prometheus::Gauge> ready;
    std::shared_ptr<prometheus::Gauge> state;
    std::shared_ptr<prometheus::Gauge> fps_in;
    std::shared_ptr<prometheus::Gauge> fps_out;
    std::shared_ptr<prometheus::Counter> frames_in;
    std::shared_ptr<prometheus::Counter> frames_out;
    std::shared_ptr<prometheus::Counter> rate_limited;
    std::shared_ptr<prometheus::Counter> superseded;
    std::shared_ptr<prometheus::Counter> bad_image;
    std::shared_ptr<prometheus::Counter> failed;
    std::shared_ptr<prometheus::Counter> restarts;
    std::shared_ptr<prometheus::Counter> source_restarts;
    std::shared_ptr<prometheus::Counter> source_lost;
    std::shared_ptr<prometheus::Counter> source_dropped;
  };

  Series MakeSeries(const std::string& key);
  // Of a key that begins or ends: another relay's counts are none of this one's.
  void Forget(absl::string_view key);

  telemetry::RelayMetric<prometheus::Gauge> ready_;
  telemetry::RelayMetric<prometheus::Gauge> state_;
  telemetry::RelayMetric<prometheus::Gauge> fps_in_;
  telemetry::RelayMetric<prometheus::Gauge> fps_out_;
  telemetry::RelayMetric<prometheus::Counter> frames_in_;
  telemetry::RelayMetric<prometheus::Counter> frames_out_;
  telemetry::RelayMetric<prometheus::Counter> dropped_;
  telemetry::RelayMetric<prometheus::Counter> restarts_;
  telemetry::RelayMetric<prometheus::Counter> source_restarts_;
  telemetry::RelayMetric<prometheus::Counter> source_lost_;
  telemetry::RelayMetric<prometheus::Counter> source_dropped_;
  prometheus::Gauge& queue_frames_;
  prometheus::Gauge& queue_packets_;
  prometheus::Gauge& relays_;
  std::map<PushOutcome, prometheus::Counter*> frames_;
  prometheus::Histogram& latency_;
  prometheus::Histogram& stage_latency_;
  prometheus::Counter& attempts_failed_;
  prometheus::Counter& transcode_lost_;
  prometheus::Counter& publish_lost_;
  prometheus::Counter& sessions_lost_;
  base::Mutex mutex_;
  std::map<std::string, Series> series_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_METRICS_H_
