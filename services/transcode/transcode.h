// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_TRANSCODE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_TRANSCODE_H_

#include <prometheus/registry.h>

#include <memory>

#include "libs/av/codec_factory.h"
#include "libs/base/thread_runtime.h"
#include "libs/telemetry/log.h"
#include "services/transcode/encoder_catalog.h"
#include "services/transcode/metrics.h"
#include "services/transcode/session_log.h"
#include "services/transcode/stage.h"

namespace relayfleet::transcode {

// The transcode service put together, for its own binary and for standalone: codecs and their
// threads, the stage, logs and metrics. `control` and `registry` outlive it; stop `control` before
// it is destroyed, since sessions' tasks use what this owns.
class Transcode {
 public:
  struct Options {
    TranscodeStageImpl::Options stage;
    EncoderCatalog::Options encoders;
    int codec_threads = 0;  // 0: one per core
  };

  Transcode(const Options& options, base::Runtime* control, prometheus::Registry* registry,
            std::shared_ptr<const telemetry::Logger> log);
  ~Transcode();

  TranscodeStageImpl* stage() { return &stage_; }
  flow::EncoderLister* encoders() { return &encoders_; }

  // Tells all sessions to go elsewhere and waits until they have, at most for `grace`.
  void Drain(absl::Duration grace);

 private:
  base::ThreadRuntime codec_;
  av::LibavCodecs codecs_;
  EncoderCatalog encoders_;
  Metrics metrics_;
  SessionLog observer_;
  TranscodeStageImpl stage_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_TRANSCODE_H_
