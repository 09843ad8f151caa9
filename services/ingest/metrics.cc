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

}  // namespace

IngestMetrics::IngestMetrics(telemetry::MetricMaker maker)
    : ready_(maker.Gauge("relay_ready", "1 while readers of the relay get pictures.")),
      state_(maker.Gauge("relay_state",
                         "RelayState of the relay: 1 starting, 2 running, 3 recovering, 4 stale, "
                         "5 stopped, 6 failed.")),
      fps_in_(maker.Gauge("relay_fps_in", "Pushed pictures per second.")),
      fps_out_(maker.Gauge("relay_fps_out", "Written access units per second.")),
      restarts_(maker.Gauge("relay_restarts", "Published sessions lost and made again.")),
      relays_(maker.Gauge("relays", "Relays of this instance.").Add({})),
      latency_(AddLatency(maker, "frame_latency",
                          "Arrival of a pushed picture to its access unit in the socket.")),
      stage_latency_(AddLatency(maker, "transcode_latency",
                                "Time that transcode spent on a picture, waiting included.")),
      transcode_lost_(
          maker.Counter("stage_lost", "Stage sessions that broke.").Add({{"stage", "transcode"}})),
      publish_lost_(
          maker.Counter("stage_lost", "Stage sessions that broke.").Add({{"stage", "publish"}})),
      sessions_lost_(
          maker.Counter("online_lost", "Times that a relay stopped being readable.").Add({})) {
  auto& family = maker.Counter("frames", "Pushed pictures by what became of them.");
  for (const auto& [outcome, name] : kOutcomes) frames_[outcome] = &family.Add({{"outcome", name}});
}

void IngestMetrics::OnCreated(absl::string_view, bool) { relays_.Increment(); }

void IngestMetrics::OnStopped(absl::string_view key) {
  relays_.Decrement();
  base::MutexLock lock(&mutex_);
  const auto it = series_.find(std::string(key));
  if (it == series_.end()) return;
  Remove(it->second);
  series_.erase(it);
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
  (stage == "transcode" ? transcode_lost_ : publish_lost_).Increment();
}

void IngestMetrics::OnLost(absl::string_view, const flow::Lost&) { sessions_lost_.Increment(); }

IngestMetrics::Series IngestMetrics::MakeSeries(const std::string& key) {
  const prometheus::Labels labels = {{"relay", key}};
  return {.ready = &ready_.Add(labels),
          .state = &state_.Add(labels),
          .fps_in = &fps_in_.Add(labels),
          .fps_out = &fps_out_.Add(labels),
          .restarts = &restarts_.Add(labels)};
}

void IngestMetrics::Remove(const Series& series) {
  ready_.Remove(series.ready);
  state_.Remove(series.state);
  fps_in_.Remove(series.fps_in);
  fps_out_.Remove(series.fps_out);
  restarts_.Remove(series.restarts);
}

void IngestMetrics::Refresh(const std::vector<relay::v1::Relay>& relays) {
  base::MutexLock lock(&mutex_);
  std::map<std::string, Series> kept;
  for (const auto& relay : relays) {
    auto node = series_.extract(relay.key());
    const Series& series = kept[relay.key()] =
        node.empty() ? MakeSeries(relay.key()) : node.mapped();
    const auto& status = relay.status();
    series.ready->Set(status.ready() ? 1 : 0);
    series.state->Set(status.state());
    series.fps_in->Set(status.fps_in());
    series.fps_out->Set(status.fps_out());
    series.restarts->Set(status.restart_count());
  }
  for (const auto& [key, series] : series_) Remove(series);
  series_ = std::move(kept);
}

}  // namespace relayfleet::ingest
