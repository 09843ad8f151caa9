// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/marker_depacketizer.h"

#include <utility>

namespace relayfleet::rtp {

std::vector<Unit> MarkerDepacketizer::Push(const RtpPacket& packet) {
  std::vector<Unit> out;
  const SequenceTracker::Step step = tracker_.Advance(packet.sequence);
  if (step == SequenceTracker::Step::kOld) return out;
  const bool gap = step == SequenceTracker::Step::kGap;
  if (begun_ && packet.timestamp != unit_.rtp_time) {
    // A gap right here may have held the end of that unit.
    if (gap) damaged_ = true;
    EndUnit(&out);
  }
  // What a gap swallowed may be the beginning of this unit: the marker bit of the one before
  // tells nothing, since whole ones may be missing between.
  if (gap) damaged_ = true;
  begun_ = true;
  unit_.rtp_time = packet.timestamp;
  if (!damaged_) AddPayload(packet.payload);
  if (packet.marker) EndUnit(&out);
  return out;
}

void MarkerDepacketizer::Append(absl::string_view bytes) {
  if (damaged_) return;
  if (unit_.bytes.size() + bytes.size() > max_unit_) return Damage();
  unit_.bytes.append(bytes.data(), bytes.size());
}

void MarkerDepacketizer::EndUnit(std::vector<Unit>* out) {
  const bool whole = Finish(&unit_) && !damaged_ && !unit_.bytes.empty();
  if (whole) {
    unit_.discontinuity = std::exchange(discontinuity_, false);
    out->push_back(std::move(unit_));
  } else {
    ++dropped_;
    discontinuity_ = true;
  }
  unit_ = Unit();
  begun_ = damaged_ = false;
}

}  // namespace relayfleet::rtp
