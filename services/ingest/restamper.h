// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RESTAMPER_H_
#define RELAYFLEET_SERVICES_INGEST_RESTAMPER_H_

#include <cstdint>
#include <map>
#include <optional>

#include "absl/time/time.h"
#include "libs/media/packet.h"
#include "services/ingest/drift.h"
#include "services/ingest/timeline.h"
#include "services/ingest/track_order.h"

namespace relayfleet::ingest {

// Puts a source's packets on the relay's one time line, whatever the source does:
//
//   place = time stamp + offset, per track
//
//   begin of an attempt     the first packet is placed at its arrival, so that the line goes on
//                           by the time that passed; other tracks take the same offset
//   jump, 5 s or more       a new offset: the line goes on where it was
//   three jumps in a row    placed by arrival, as at the beginning
//   behind for long         the same as a jump
//   drift                   followed slowly (Drift)
//   not growing, B-frames   TrackOrder: dts grows strictly, pts is never before dts
//
// Not thread-safe.
class Restamper {
 public:
  // What a packet did to the line.
  enum class Event {
    kNone,
    kJoined,   // a jump was taken out
    kNewLine,  // one of too many jumps
  };

  // `line` outlives it; it has come to `floor` already.
  explicit Restamper(const Timeline& line, absl::Duration floor = absl::ZeroDuration())
      : line_(line), floor_(floor) {}

  // The source's time line is another: a new attempt.
  void Restart();

  // Replaces the packet's time stamps, in ticks of `clock_rate`, by their places in the same ticks.
  Event Stamp(int64_t clock_rate, media::Packet* packet);

  // Pictures of the track come in another order than they are shown.
  bool Reorders(uint32_t track) const;

 private:
  struct Track {
    TrackOrder order;
    std::optional<absl::Duration> offset;
    absl::Duration last_stamp;    // of the source
    absl::Duration last_arrival;  // monotonic
    absl::Duration last_place;    // on the line
    int jumps = 0;                // in a row
    int behind = 0;               // packets in a row that had to be put off
  };

  // Finds or mends the offset for a packet with this time stamp.
  Event Follow(Track& track, absl::Duration stamp, absl::Duration arrival);
  void Begin(Track& track, absl::Duration stamp, absl::Duration arrival);
  void Join(Track& track, absl::Duration stamp, absl::Duration arrival);
  absl::Duration ArrivalPlace(absl::Duration arrival) const;

  const Timeline& line_;
  std::map<uint32_t, Track> tracks_;
  std::optional<absl::Duration> shared_;  // newest offset of any track
  absl::Duration floor_;                  // how far the line had come when the attempt began
  Drift drift_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RESTAMPER_H_
