// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_METRICS_H_
#define RELAYFLEET_SERVICES_TRANSCODE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/transcode/observer.h"

namespace relayfleet::transcode {

// Counts what sessions report, as relayfleet_transcode_*. Thread-safe.
class Metrics final : public Observer {
 public:
  // `registry` outlives it.
  explicit Metrics(prometheus::Registry* registry);

  void OnSessionOpened(absl::string_view relay) override;
  void OnSessionEnded(absl::string_view relay, const absl::Status& why) override;
  void OnRefused(absl::string_view relay, const absl::Status& why) override;
  void OnFrameIn(size_t bytes) override;
  void OnQueue(int change) override;
  void OnFrameDone(absl::string_view relay, const flow::FrameDone& done) override;
  void OnFrameOut(size_t bytes, bool key, bool repeat) override;
  void OnEncoderChanged(absl::string_view relay, const flow::EncoderChanged& changed) override;
  void OnRepeatFailed(absl::string_view relay, const absl::Status& why) override;

 private:
  prometheus::Gauge& sessions_;
  prometheus::Gauge& queue_;
  prometheus::Counter& refused_;
  prometheus::Counter& frames_in_;
  prometheus::Counter& bytes_in_;
  prometheus::Counter& frames_out_;
  prometheus::Counter& repeats_out_;
  prometheus::Counter& keys_out_;
  prometheus::Counter& bytes_out_;
  prometheus::Counter& repeats_failed_;
  prometheus::Counter& encoders_changed_;
  prometheus::Counter& decoded_only_;
  prometheus::Family<prometheus::Counter>& dropped_;
  prometheus::Counter& superseded_;
  prometheus::Counter& bad_images_;
  prometheus::Counter& failed_;
  prometheus::Histogram& queued_;
  prometheus::Histogram& decode_;
  prometheus::Histogram& encode_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_METRICS_H_
