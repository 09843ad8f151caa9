// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_VIDEO_PROBE_H_
#define RELAYFLEET_SERVICES_INGEST_VIDEO_PROBE_H_

#include <optional>
#include <utility>

#include "libs/media/stream.h"
#include "services/ingest/sources/video_gate.h"

namespace relayfleet::ingest {

// Learns from a video track's packets what it is, where the source could not say: parameter sets in
// band, the size of JPEGs. Lets packets pass from the first one of use on, and whole runs after a
// gap. Not thread-safe.
class VideoProbe {
 public:
  // `track` as the source describes it.
  explicit VideoProbe(media::Track track);

  struct Verdict {
    bool pass = false;
    bool changed = false;  // track() is another now, or known at last
  };
  Verdict Check(const media::Packet& packet);

  // Whether track() can be relied on.
  bool known() const { return known_; }
  const media::Track& track() const { return track_; }

 private:
  Verdict CheckUnit(const media::Packet& packet);
  Verdict CheckJpeg(const media::Packet& packet);

  media::Track track_;
  bool known_;
  std::optional<VideoGate> gate_;  // H.264 and H.265
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_VIDEO_PROBE_H_
