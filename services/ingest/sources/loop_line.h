// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_LOOP_LINE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_LOOP_LINE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "libs/media/stream.h"

namespace relayfleet::ingest {

// One time line over a recording that is played again and again: each pass begins one frame after
// the last video of the one before, audio moved by as much, so that no seam shows. Audio that is
// longer than the video is cut there. Also says when a packet is due in real time, over jumps of
// the container's time. Not thread-safe.
class LoopLine {
 public:
  // The first track is the video.
  explicit LoopLine(const std::vector<media::Track>& tracks);

  // Moves pts and dts of a packet, whose duration may be 0, and returns when it is due, from the
  // first packet's time on. nullopt: it overlaps the pass before, and is left out.
  std::optional<absl::Duration> Place(int64_t duration, media::Packet* packet);

  // The recording begins again.
  void Wrap();

 private:
  struct Lane {
    int64_t rate = media::kVideoClockRate;
    int64_t offset = 0;                // of this pass, in its ticks
    std::optional<int64_t> first_dts;  // as recorded
    int64_t last_dts = 0;              // as placed
    int64_t duration = 0;              // of the last packet
  };

  absl::Duration DueOf(absl::Duration time);

  std::vector<Lane> lanes_;
  bool wrapped_ = false;
  std::optional<absl::Duration> last_time_;
  absl::Duration due_ = absl::ZeroDuration();
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_LOOP_LINE_H_
