// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/metrics.h"

#include <utility>

namespace relayfleet::ingest {
namespace {

constexpr std::pair<PushOutcome, const char*> kOutcomes[] = {
    {PushOutcome::kWritten, "written"},
    {PushOutcome::kSuperseded, "superseded"},
    {PushOutcome::kRateLimited, "rate_limited"},
    {PushOutcome::kBadImage, "bad_image"},
    {PushOutcome::kFailed, "failed"},
};

prometheus::Histogram& AddLatency(telemetry::MetricMaker& maker, absl::string_view what,
                                  absl::string_view help) {
  return maker.Latency(what, help).Add({}, telemetry::LatencyBuckets());
}

using Counters = telemetry::RelayMetric<prometheus::Counter>;
using Gauges = telemetry::RelayMetric<prometheus::Gauge>;

Counters Counter(telemetry::MetricMaker& maker, absl::string_view what, absl::string_view help) {
  return Counters(maker.registry(), maker.Counter(what, help));
}

Gauges Gauge(telemetry::MetricMaker& maker, absl::string_view what, absl::string_view help) {
  return Gauges(maker.registry(), maker.Gauge(what, help));
}

// To a count that is kept elsewhere.
void Raise(prometheus::Counter& counter, uint64_t count) {
  counter.Increment(static_cast<double>(count) - counter.Value());
}

}  // namespace

IngestMetrics::IngestMetrics(telemetry::MetricMaker maker)
    : ready_(Gauge(maker, "relay_ready", "1 while readers of the relay get pictures.")),
      state_(Gauge(maker, "relay_state",
                   "RelayState of the relay: 1 starting, 2 running, 3 recovering, 4 stale, "
                   "5 stopped, 6 failed.")),
      fps_in_(Gauge(maker, "relay_fps_in", "Pushed pictures per second.")),
      fps_out_(Gauge(maker, "relay_fps_out", "Written access units per second.")),
      frames_in_(Counter(maker, "frames_in", "Pushed pictures that were taken.")),
      frames_out_(Counter(maker, "frames_out", "Access units written, repeats included.")),
      dropped_(Counter(maker, "frames_dropped", "Pushed pictures not written, by reason.")),
      restarts_(Counter(maker, "relay_restarts", "Published sessions lost and made again.")),
      source_restarts_(Counter(maker, "source_restarts", "Times that a source was opened anew.")),
      source_lost_(Counter(maker, "source_packets_lost",
                           "Packets of a source that never came or could not be used.")),
      source_dropped_(Counter(maker, "source_packets_dropped",
                              "Packets of a source that a stage did not take in time.")),
      queue_frames_(maker.Gauge("queue_frames", "Pictures that wait for transcode.").Add({})),
      queue_packets_(maker.Gauge("queue_packets", "Access units that wait for publish.").Add({})),
      relays_(maker.Gauge("relays", "Relays of this instance.").Add({})),
      latency_(AddLatency(maker, "frame_latency",
                          "Arrival of a pushed picture to its access unit in the socket.")),
      stage_latency_(AddLatency(maker, "transcode_latency",
                                "Time that transcode spent on a picture, waiting included.")),
      attempts_failed_(
          maker.Counter("source_attempts_failed", "Attempts at sources that ended.").Add({})),
      transcode_lost_(
          maker.Counter("stage_lost", "Stage sessions that broke.").Add({{"stage", "transcode"}})),
      publish_lost_(
          maker.Counter("stage_lost", "Stage sessions that broke.").Add({{"stage", "publish"}})),
      sessions_lost_(
          maker.Counter("online_lost", "Times that a relay stopped being readable.").Add({})) {
  auto& family = maker.Counter("frames", "Pushed pictures by what became of them.");
  for (const auto& [outcome, name] : kOutcomes) frames_[outcome] = &family.Add({{"outcome", name}});
}

void IngestMetrics::OnCreated(absl::string_view key, bool, absl::string_view) {
  relays_.Increment();
  Forget(key);
}

void IngestMetrics::OnStopped(absl::string_view key, absl::string_view) {
  relays_.Decrement();
  Forget(key);
}

void IngestMetrics::Forget(absl::string_view key) {
  base::MutexLock lock(&mutex_);
  series_.erase(std::string(key));
}

void IngestMetrics::OnFrame(absl::string_view, PushOutcome outcome, absl::Duration latency) {
  if (const auto it = frames_.find(outcome); it != frames_.end()) it->second->Increment();
  if (outcome == PushOutcome::kWritten) latency_.Observe(absl::ToDoubleSeconds(latency));
}

void IngestMetrics::OnStageTimes(const flow::FrameDone& done) {
  if (done.outcome != flow::FrameOutcome::kEncoded) return;
  stage_latency_.Observe(absl::ToDoubleSeconds(done.queued + done.decoded + done.encoded));
}

void IngestMetrics::OnStageDown(absl::string_view, absl::string_view stage, absl::string_view,
                                absl::Duration) {
  if (stage == "source") return attempts_failed_.Increment();
  (stage == "transcode" ? transcode_lost_ : publish_lost_).Increment();
}

void IngestMetrics::OnLost(absl::string_view, const flow::Lost&) { sessions_lost_.Increment(); }

IngestMetrics::Series IngestMetrics::MakeSeries(const std::string& key) {
  return {.ready = ready_.Get(key),
          .state = state_.Get(key),
          .fps_in = fps_in_.Get(key),
          .fps_out = fps_out_.Get(key),
          .frames_in = frames_in_.Get(key),
          .frames_out = frames_out_.Get(key),
          .rate_limited = dropped_.Get(key, {{"reason", "rate_limited"}}),
          .superseded = dropped_.Get(key, {{"reason", "superseded"}}),
          .bad_image = dropped_.Get(key, {{"reason", "bad_image"}}),
          .failed = dropped_.Get(key, {{"reason", "failed"}}),
          .restarts = restarts_.Get(key),
          .source_restarts = source_restarts_.Get(key),
          .source_lost = source_lost_.Get(key),
          .source_dropped = source_dropped_.Get(key)};
}

void IngestMetrics::Refresh(const std::vector<relay::v1::Relay>& relays) {
  base::MutexLock lock(&mutex_);
  std::map<std::string, Series> kept;
  for (const auto& relay : relays) {
    auto node = series_.extract(relay.key());
    const Series& series = kept[relay.key()] =
        node.empty() ? MakeSeries(relay.key()) : std::move(node.mapped());
    const auto& status = relay.status();
    series.ready->Set(status.ready() ? 1 : 0);
    series.state->Set(status.state());
    series.fps_in->Set(status.fps_in());
    series.fps_out->Set(status.fps_out());
    Raise(*series.frames_in, status.frames_in());
    Raise(*series.frames_out, status.frames_out());
    Raise(*series.rate_limited, status.drops().rate_limited());
    Raise(*series.superseded, status.drops().superseded());
    Raise(*series.bad_image, status.drops().bad_image());
    Raise(*series.failed, status.drops().failed());
    Raise(*series.restarts, status.restart_count());
    Raise(*series.source_restarts, status.source_restarts());
    Raise(*series.source_lost, status.source_lost());
    Raise(*series.source_dropped, status.source_dropped());
  }
  series_ = std::move(kept);
}

void IngestMetrics::SetQueued(int pictures, int packets) {
  queue_frames_.Set(pictures);
  queue_packets_.Set(packets);
}

}  // namespace relayfleet::ingest
