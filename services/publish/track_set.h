// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_TRACK_SET_H_
#define RELAYFLEET_SERVICES_PUBLISH_TRACK_SET_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "libs/flow/stages.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "services/publish/track_line.h"

namespace relayfleet::publish {

// The tracks of one path: one of video, H.264 or H.265, and at most one of audio. Knows what to
// announce, and how far each has come. Not thread-safe.
class TrackSet {
 public:
  enum class Change { kNone, kParameters, kTracks };

  // INVALID_ARGUMENT: not such a set.
  static absl::Status Validate(const media::StreamInfo& info);

  // Takes valid tracks over. A track of the same id and codec goes on. kTracks: a session that was
  // announced as before can't carry them.
  Change Set(const std::vector<media::Track>& tracks);

  // Takes the parameter sets that a key of the video track brings in band. True: they are new.
  bool Learn(const media::Packet& key);

  // The video track's parameter sets are known: all can be announced.
  bool complete() const;
  const std::vector<media::Track>& tracks() const { return tracks_; }
  // Null: no such track.
  const media::Track* Find(uint32_t id) const;
  bool IsVideo(uint32_t id) const;
  // Of a track of the set.
  TrackLine& line(uint32_t id) { return lines_[id]; }

  std::map<uint32_t, int64_t> last_dts() const;
  std::map<uint32_t, flow::WrittenRun> written() const;

 private:
  media::Track* video();

  std::vector<media::Track> tracks_;
  std::map<uint32_t, TrackLine> lines_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_TRACK_SET_H_
