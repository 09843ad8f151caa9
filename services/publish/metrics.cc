// SPDX-License-Identifier: Apache-2.0

#include "services/publish/metrics.h"

#include <string>

namespace relayfleet::publish {
namespace {

constexpr const char* kReasons[] = {"offline", "need_key",     "old",
                                    "stalled", "session_lost", "superseded"};

prometheus::Family<prometheus::Counter>& Counter(prometheus::Registry* registry,
                                                 const std::string& name, const std::string& help) {
  return prometheus::BuildCounter()
      .Name("relayfleet_publish_" + name + "_total")
      .Help(help)
      .Register(*registry);
}

prometheus::Family<prometheus::Gauge>& Gauge(prometheus::Registry* registry,
                                             const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name("relayfleet_publish_" + name).Help(help).Register(*registry);
}

// From the arrival of a picture: decoding and encoding are part of it.
prometheus::Histogram& Latency(prometheus::Registry* registry) {
  return prometheus::BuildHistogram()
      .Name("relayfleet_publish_write_latency_seconds")
      .Help("Time from the arrival of a picture to its access unit in the socket.")
      .Register(*registry)
      .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.002, 0.003, 0.005, 0.0075, 0.01,
                                                       0.015, 0.025, 0.05, 0.1, 0.25, 1, 5});
}

}  // namespace

Metrics::Metrics(prometheus::Registry* registry)
    : received_(Counter(registry, "packets_received", "Access units that came.")),
      written_(Counter(registry, "packets_written", "Access units handed to the socket.")),
      bytes_(Counter(registry, "bytes_written", "Bytes of these.")),
      dropped_(Counter(registry, "packets_dropped", "Access units not written, by reason.")),
      sessions_(Counter(registry, "rtsp_sessions", "RTSP sessions begun.")),
      failures_(Counter(registry, "rtsp_failures", "RTSP sessions lost and attempts failed.")),
      need_keys_(Counter(registry, "need_key", "Key frames asked for.")),
      online_(Gauge(registry, "online", "1 while the path can be read.")),
      queue_(Gauge(registry, "queue_packets", "Access units that wait for the socket.")),
      refused_(Counter(registry, "calls_refused", "Calls refused.").Add({})),
      latency_(Latency(registry)) {}

Metrics::Relay& Metrics::Of(absl::string_view path) {
  const std::string name(path);
  const auto it = relays_.find(name);
  if (it != relays_.end()) return it->second;
  const prometheus::Labels labels = {{"relay", name}};
  Relay relay = {.received = &received_.Add(labels),
                 .written = &written_.Add(labels),
                 .bytes = &bytes_.Add(labels),
                 .sessions = &sessions_.Add(labels),
                 .failures = &failures_.Add(labels),
                 .need_keys = &need_keys_.Add(labels),
                 .online = &online_.Add(labels),
                 .queue = &queue_.Add(labels)};
  for (size_t i = 0; i < relay.dropped.size(); ++i) {
    relay.dropped[i] = &dropped_.Add({{"relay", name}, {"reason", kReasons[i]}});
  }
  return relays_.emplace(name, relay).first->second;
}

void Metrics::OnReceived(absl::string_view path, int packets) {
  base::MutexLock lock(&mutex_);
  Relay& relay = Of(path);
  relay.received->Increment();
  relay.queue->Set(packets);
}

void Metrics::OnWritten(absl::string_view path, size_t bytes, absl::Duration latency) {
  if (latency > absl::ZeroDuration()) latency_.Observe(absl::ToDoubleSeconds(latency));
  base::MutexLock lock(&mutex_);
  Relay& relay = Of(path);
  relay.written->Increment();
  relay.bytes->Increment(static_cast<double>(bytes));
}

void Metrics::OnDropped(absl::string_view path, DropReason reason) {
  base::MutexLock lock(&mutex_);
  Of(path).dropped.at(static_cast<size_t>(reason))->Increment();
}

void Metrics::OnQueueDepth(absl::string_view path, int packets) {
  base::MutexLock lock(&mutex_);
  Of(path).queue->Set(packets);
}

void Metrics::OnOnline(absl::string_view path, bool /*first*/) {
  base::MutexLock lock(&mutex_);
  Relay& relay = Of(path);
  relay.sessions->Increment();
  relay.online->Set(1);
}

void Metrics::OnLost(absl::string_view path, const flow::Lost& /*lost*/) {
  base::MutexLock lock(&mutex_);
  Relay& relay = Of(path);
  relay.failures->Increment();
  relay.online->Set(0);
}

void Metrics::OnNeedKey(absl::string_view path, flow::NeedKeyReason /*reason*/) {
  base::MutexLock lock(&mutex_);
  Of(path).need_keys->Increment();
}

void Metrics::OnRefused(const absl::Status& /*why*/) { refused_.Increment(); }

void Metrics::OnGone(absl::string_view path) {
  base::MutexLock lock(&mutex_);
  const auto it = relays_.find(std::string(path));
  if (it == relays_.end()) return;
  const Relay& relay = it->second;
  received_.Remove(relay.received);
  written_.Remove(relay.written);
  bytes_.Remove(relay.bytes);
  sessions_.Remove(relay.sessions);
  failures_.Remove(relay.failures);
  need_keys_.Remove(relay.need_keys);
  online_.Remove(relay.online);
  queue_.Remove(relay.queue);
  for (auto* dropped : relay.dropped) dropped_.Remove(dropped);
  relays_.erase(it);
}

}  // namespace relayfleet::publish
