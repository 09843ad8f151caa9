// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_OUTPUT_PLAN_H_
#define RELAYFLEET_SERVICES_INGEST_OUTPUT_PLAN_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/flow/stages.h"
#include "libs/media/stream.h"
#include "services/ingest/output_spec.h"

// What is done with the tracks of a source that is read: pure functions of what it is and what was
// asked for.
namespace relayfleet::ingest {

struct VideoPlan {
  bool copy = false;
  flow::TranscodeSpec spec;  // when it is not copied
  std::string why;           // for people

  // The same is done; the words may differ.
  friend bool operator==(const VideoPlan& a, const VideoPlan& b) {
    return a.copy == b.copy && (a.copy || a.spec == b.spec);
  }
};

// `reorders`: pictures were seen to come in another order than they are shown.
// FAILED_PRECONDITION: nothing that was asked for is possible.
absl::StatusOr<VideoPlan> PlanVideo(const media::Track& track, bool reorders,
                                    const OutputSpec& output);

struct AudioPlan {
  enum class Way { kNone, kCopy, kTranscode };
  Way way = Way::kNone;
  flow::AudioSpec spec;  // when it is transcoded
  std::string why;       // for people

  friend bool operator==(const AudioPlan& a, const AudioPlan& b) {
    return a.way == b.way && (a.way != Way::kTranscode || a.spec == b.spec);
  }
};

AudioPlan PlanAudio(const media::Track& track, const OutputSpec& output);

// E.g. "H264 1280x720 30 fps" or "AAC 48000 Hz".
std::string Describe(const media::Track& track);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_OUTPUT_PLAN_H_
