// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/transcode.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/time/clock.h"

namespace relayfleet::transcode {
namespace {

int CodecThreads(int asked) {
  if (asked > 0) return asked;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

Transcode::Transcode(const Options& options, base::Runtime* control, prometheus::Registry* registry,
                     std::shared_ptr<const telemetry::Logger> log)
    : codec_(CodecThreads(options.codec_threads), "codec"),
      encoders_(options.encoders, &codecs_, control, &codec_),
      metrics_(registry),
      observer_(std::move(log), &metrics_),
      stage_(options.stage, control, &codec_, &codecs_, &encoders_, &observer_) {}

Transcode::~Transcode() { codec_.Stop(); }

void Transcode::Drain(absl::Duration grace) {
  stage_.Drain();
  const absl::Time end = absl::Now() + grace;
  while (stage_.sessions() > 0 && absl::Now() < end) absl::SleepFor(absl::Milliseconds(20));
}

}  // namespace relayfleet::transcode
