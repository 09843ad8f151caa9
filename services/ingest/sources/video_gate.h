// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_VIDEO_GATE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_VIDEO_GATE_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/string_view.h"
#include "libs/media/stream.h"

namespace relayfleet::ingest {

// Stands behind whatever cuts H.264 or H.265 into access units. Lets units pass from a key frame on
// whose parameter sets are known, from the track or in band, and after something is missing from
// the next key frame on, so that nothing that refers to what was lost is shown. Keeps the track's
// parameter sets and size as the stream has them now. Not thread-safe.
class VideoGate {
 public:
  explicit VideoGate(media::Track track) : track_(std::move(track)) {}

  struct Verdict {
    bool pass = false;
    // First, and when the parameter sets changed: to be told before the unit.
    std::optional<media::StreamInfo> info;
  };

  Verdict Check(absl::string_view unit, bool key, bool discontinuity);
  // Something is missing: as if the next unit said so.
  void OnGap() { open_ = false; }

  uint32_t generation() const { return generation_; }
  // Nothing has passed so far.
  bool waiting() const { return generation_ == 0; }

 private:
  bool TakeParameterSets(absl::string_view unit);
  bool Complete() const;

  media::Track track_;
  uint32_t generation_ = 0;
  bool open_ = false;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_VIDEO_GATE_H_
