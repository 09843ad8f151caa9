// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/line_sync.h"

#include <algorithm>

#include "libs/media/ticks.h"

namespace relayfleet::rtsp {
namespace {

// Below it nobody hears it, and reports are not more exact than that.
constexpr absl::Duration kTolerance = absl::Milliseconds(20);
// Reports that are further off belong to another line, or to a clock that was set.
constexpr absl::Duration kBelief = absl::Seconds(10);

}  // namespace

int64_t LineSync::Place(const Unit& unit) {
  if (unit.track >= lines_.size()) lines_.resize(unit.track + 1);
  Line& line = lines_[unit.track];
  if (!line.begun) Begin(unit, &line);
  if (unit.track == *reference_) {
    if (unit.sender_wall != absl::InfinitePast()) {
      zero_wall_ = unit.sender_wall - media::FromTicks(unit.ticks, unit.clock_rate);
    }
    return unit.ticks;
  }
  Correct(unit, &line);
  // A sender that begins its line anew far behind is another matter: that is for its reader.
  const int64_t place = unit.ticks + line.origin;
  const bool near = line.last - place < media::ToTicks(kBelief, unit.clock_rate);
  line.last = near ? std::max(place, line.last + 1) : place;
  return line.last;
}

void LineSync::Begin(const Unit& unit, Line* line) {
  line->begun = true;
  if (!reference_.has_value()) {
    reference_ = unit.track;
    zero_arrival_ = unit.arrival - media::FromTicks(unit.ticks, unit.clock_rate);
    return;
  }
  line->origin = media::ToTicks(unit.arrival - zero_arrival_, unit.clock_rate) - unit.ticks;
  line->last = unit.ticks + line->origin - 1;
}

void LineSync::Correct(const Unit& unit, Line* line) const {
  if (unit.sender_wall == absl::InfinitePast() || zero_wall_ == absl::InfinitePast()) return;
  const int64_t origin =
      media::ToTicks(unit.sender_wall - zero_wall_, unit.clock_rate) - unit.ticks;
  const absl::Duration off =
      absl::AbsDuration(media::FromTicks(origin - line->origin, unit.clock_rate));
  if (off > kTolerance && off < kBelief) line->origin = origin;
}

}  // namespace relayfleet::rtsp
