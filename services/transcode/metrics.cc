// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/metrics.h"

#include <string>

#include "absl/time/time.h"

namespace relayfleet::transcode {
namespace {

prometheus::Family<prometheus::Counter>& CounterFamily(prometheus::Registry* registry,
                                                       const std::string& name,
                                                       const std::string& help) {
  return prometheus::BuildCounter()
      .Name("relayfleet_transcode_" + name + "_total")
      .Help(help)
      .Register(*registry);
}

prometheus::Counter& Counter(prometheus::Registry* registry, const std::string& name,
                             const std::string& help) {
  return CounterFamily(registry, name, help).Add({});
}

// A codec takes milliseconds; what takes longer waits for a core.
prometheus::Histogram& Seconds(prometheus::Registry* registry, const std::string& name,
                               const std::string& help) {
  return prometheus::BuildHistogram()
      .Name("relayfleet_transcode_" + name + "_seconds")
      .Help(help)
      .Register(*registry)
      .Add({}, prometheus::Histogram::BucketBoundaries{0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075,
                                                       0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1});
}

}  // namespace

Metrics::Metrics(prometheus::Registry* registry)
    : sessions_(prometheus::BuildGauge()
                    .Name("relayfleet_transcode_sessions")
                    .Help("Sessions that run.")
                    .Register(*registry)
                    .Add({})),
      queue_(prometheus::BuildGauge()
                 .Name("relayfleet_transcode_queue_frames")
                 .Help("Pictures that wait for a codec thread.")
                 .Register(*registry)
                 .Add({})),
      refused_(Counter(registry, "sessions_refused", "Sessions refused.")),
      frames_in_(Counter(registry, "frames_in", "Pictures received.")),
      bytes_in_(Counter(registry, "bytes_in", "Bytes of pictures received.")),
      frames_out_(Counter(registry, "frames_out", "Access units sent, repeats included.")),
      repeats_out_(Counter(registry, "repeats_out", "Access units sent that repeat a picture.")),
      keys_out_(Counter(registry, "keys_out", "Key frames sent.")),
      bytes_out_(Counter(registry, "bytes_out", "Bytes of access units sent.")),
      repeats_failed_(Counter(registry, "repeats_failed", "Repeats that could not be encoded.")),
      encoders_changed_(Counter(registry, "encoder_changes",
                                "Encoders that failed in a session and were replaced.")),
      decoded_only_(Counter(registry, "frames_decoded_only",
                            "Packets without an access unit of their own: replayed, above the "
                            "wanted rate, or held by the decoder.")),
      dropped_(CounterFamily(registry, "frames_dropped", "Pictures not encoded, by reason.")),
      superseded_(dropped_.Add({{"reason", "superseded"}})),
      bad_images_(dropped_.Add({{"reason", "bad_image"}})),
      failed_(dropped_.Add({{"reason", "failed"}})),
      queued_(Seconds(registry, "queued", "Time a picture waited for credit and a core.")),
      decode_(Seconds(registry, "decode", "Time to decode and scale a picture.")),
      encode_(Seconds(registry, "encode", "Time to encode a picture.")) {}

void Metrics::OnSessionOpened(absl::string_view) { sessions_.Increment(); }

void Metrics::OnSessionEnded(absl::string_view, const absl::Status&) { sessions_.Decrement(); }

void Metrics::OnRefused(absl::string_view, const absl::Status&) { refused_.Increment(); }

void Metrics::OnFrameIn(size_t bytes) {
  frames_in_.Increment();
  bytes_in_.Increment(static_cast<double>(bytes));
}

void Metrics::OnQueue(int change) { queue_.Increment(change); }

void Metrics::OnFrameDone(absl::string_view, const flow::FrameDone& done) {
  switch (done.outcome) {
    case flow::FrameOutcome::kEncoded:
      queued_.Observe(absl::ToDoubleSeconds(done.queued));
      decode_.Observe(absl::ToDoubleSeconds(done.decoded));
      encode_.Observe(absl::ToDoubleSeconds(done.encoded));
      return;
    case flow::FrameOutcome::kDecoded:
      queued_.Observe(absl::ToDoubleSeconds(done.queued));
      decode_.Observe(absl::ToDoubleSeconds(done.decoded));
      if (done.encoded > absl::ZeroDuration()) encode_.Observe(absl::ToDoubleSeconds(done.encoded));
      return decoded_only_.Increment();
    case flow::FrameOutcome::kSuperseded:
      return superseded_.Increment();
    case flow::FrameOutcome::kBadImage:
      return bad_images_.Increment();
    case flow::FrameOutcome::kFailed:
      return failed_.Increment();
  }
}

void Metrics::OnFrameOut(size_t bytes, bool key, bool repeat) {
  frames_out_.Increment();
  bytes_out_.Increment(static_cast<double>(bytes));
  if (key) keys_out_.Increment();
  if (repeat) repeats_out_.Increment();
}

void Metrics::OnEncoderChanged(absl::string_view, const flow::EncoderChanged&) {
  encoders_changed_.Increment();
}

void Metrics::OnRepeatFailed(absl::string_view, const absl::Status&) {
  repeats_failed_.Increment();
}

}  // namespace relayfleet::transcode
