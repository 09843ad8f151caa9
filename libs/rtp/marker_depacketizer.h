// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_MARKER_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_MARKER_DEPACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/rtp/depacketizer.h"
#include "libs/rtp/sequence_tracker.h"

namespace relayfleet::rtp {

// What the depacketizers of video share: the packets of one unit have one time, and the last of
// them carries the marker bit. A new time ends a unit as well. How payloads make a unit is the
// subclass's.
class MarkerDepacketizer : public Depacketizer {
 public:
  std::vector<Unit> Push(const RtpPacket& packet) final;
  uint64_t lost_packets() const final { return tracker_.lost(); }
  uint64_t dropped_units() const final { return dropped_; }

 protected:
  explicit MarkerDepacketizer(size_t max_unit) : max_unit_(max_unit) {}

  // Adds a payload to the unit, or says Damage().
  virtual void AddPayload(absl::string_view payload) = 0;
  // No packet of the unit is missing at its end: finishes it. False if it is not whole. Resets
  // what the subclass keeps of it either way.
  virtual bool Finish(Unit* unit) = 0;

  Unit* unit() { return &unit_; }
  bool damaged() const { return damaged_; }
  // The unit will not come out.
  void Damage() { damaged_ = true; }
  void Append(absl::string_view bytes);

 private:
  void EndUnit(std::vector<Unit>* out);

  const size_t max_unit_;
  SequenceTracker tracker_;
  Unit unit_;
  bool begun_ = false;          // a packet of the current unit came
  bool damaged_ = false;        // something of it is missing
  bool discontinuity_ = false;  // for the next one that comes out
  uint64_t dropped_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_MARKER_DEPACKETIZER_H_
