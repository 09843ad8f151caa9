// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/restamper.h"

#include <algorithm>

#include "libs/media/ticks.h"

namespace relayfleet::ingest {
namespace {

// What lies further off is a jump.
constexpr absl::Duration kJump = absl::Seconds(5);

// Tracks whose offsets differ by less have the same time line.
constexpr absl::Duration kSameLine = absl::Seconds(1);

// Least distance of a packet to one before a jump.
constexpr absl::Duration kStep = absl::Milliseconds(1);

constexpr int kJumpsInARow = 3;

// So many packets may be put off before the line is joined anew.
constexpr int kPatience = 8;

}  // namespace

void Restamper::Restart() {
  shared_.reset();
  drift_.Restart();
  for (auto& [id, track] : tracks_) {
    floor_ = std::max(floor_, track.last_place);
    track.offset.reset();
    track.order.Reset();
    track.jumps = track.behind = 0;
  }
}

bool Restamper::Reorders(uint32_t track) const {
  const auto it = tracks_.find(track);
  return it != tracks_.end() && it->second.order.reorders();
}

Restamper::Event Restamper::Stamp(int64_t clock_rate, media::Packet* packet) {
  Track& track = tracks_[packet->track];
  const absl::Duration stamp = media::FromTicks(packet->dts, clock_rate);
  const absl::Duration arrival = packet->arrival_mono;
  const Event event = Follow(track, stamp, arrival);
  drift_.Follow(stamp + *track.offset, ArrivalPlace(arrival), *packet);
  const int64_t shift = media::ToTicks(*track.offset + drift_.shift(), clock_rate);
  packet->dts += shift;
  packet->pts += shift;
  packet->discontinuity |= event != Event::kNone;
  track.behind = track.order.Fix(packet) ? track.behind + 1 : 0;
  track.last_stamp = stamp;
  track.last_arrival = arrival;
  track.last_place = media::FromTicks(packet->dts, clock_rate);
  return event;
}

Restamper::Event Restamper::Follow(Track& track, absl::Duration stamp, absl::Duration arrival) {
  if (!track.offset.has_value()) {
    Begin(track, stamp, arrival);
    return Event::kNone;
  }
  const absl::Duration step = stamp - track.last_stamp;
  const bool jump = step < -kJump || step - (arrival - track.last_arrival) > kJump;
  track.jumps = jump ? track.jumps + 1 : 0;
  if (!jump && track.behind < kPatience) return Event::kNone;
  track.order.Reset();
  drift_.Rebase();
  if (track.jumps >= kJumpsInARow) {
    shared_.reset();
    Begin(track, stamp, arrival);
    return Event::kNewLine;
  }
  Join(track, stamp, arrival);
  return Event::kJoined;
}

void Restamper::Begin(Track& track, absl::Duration stamp, absl::Duration arrival) {
  const absl::Duration now = std::max(ArrivalPlace(arrival), floor_ + kStep);
  const absl::Duration by_arrival = std::max(now, track.last_place + kStep) - stamp;
  if (!shared_.has_value() || absl::AbsDuration(*shared_ - by_arrival) > kJump) {
    shared_ = by_arrival;
  }
  track.offset = *shared_;
}

void Restamper::Join(Track& track, absl::Duration stamp, absl::Duration arrival) {
  track.behind = 0;
  const absl::Duration passed = std::max(arrival - track.last_arrival, kStep);
  const absl::Duration due = track.last_place + passed - drift_.shift();
  // A track that jumped before may have found the new line already.
  const bool found = shared_.has_value() && *shared_ != *track.offset &&
                     absl::AbsDuration(stamp + *shared_ - due) <= kSameLine;
  if (!found) {
    shared_ = due - stamp;
  }
  track.offset = *shared_;
}

absl::Duration Restamper::ArrivalPlace(absl::Duration arrival) const {
  return media::FromVideoTicks(line_.Place(arrival));
}

}  // namespace relayfleet::ingest
