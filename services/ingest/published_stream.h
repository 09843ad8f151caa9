// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUBLISHED_STREAM_H_
#define RELAYFLEET_SERVICES_INGEST_PUBLISHED_STREAM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/flow/stages.h"
#include "libs/media/stream.h"
#include "services/ingest/publish_link.h"
#include "services/ingest/timeline.h"

namespace relayfleet::ingest {

// The stream that a relay publishes, whatever feeds it: one time line, one run of numbers, one run
// of generations. It outlives its feeds and its links to publish, so that readers notice neither
// the one's change nor the other's.
//
//   Feed ─► PublishedStream ─► PublishLink
//
// Lives on the relay's strand.
class PublishedStream {
 public:
  explicit PublishedStream(const base::Clock& clock)
      : clock_(clock), line_(clock.Wall(), clock.Monotonic()) {}

  // From now on goes to `link`, which outlives its use.
  void SetLink(PublishLink* link);

  // What follows. Nothing happens if that is what there is; else a new generation begins.
  void SetTracks(std::vector<media::Track> tracks);
  // Sends `packet`, a track of SetTracks, as number next_seq(). What is not later than the track's
  // last packet becomes so.
  void Send(media::Packet packet);

  uint64_t next_seq() const { return link_->next_seq(); }
  // Packets that wait for room in publish.
  int waiting() const { return link_->waiting(); }
  bool IsAudio(uint32_t track) const;
  // dts of the last packet of a track, in its ticks; 0: none yet.
  int64_t LastDts(uint32_t track) const;

  // The latest of these, as time on the line.
  absl::Duration LastTime() const;

  // Publish goes on with a session that has come this far.
  void OnPublishUp(const flow::PublishOpened& opened);

  Timeline& line() { return line_; }

 private:
  const media::Track* FindTrack(uint32_t id) const;

  const base::Clock& clock_;
  Timeline line_;
  PublishLink* link_ = nullptr;
  std::optional<media::StreamInfo> info_;
  std::map<uint32_t, int64_t> last_dts_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUBLISHED_STREAM_H_
