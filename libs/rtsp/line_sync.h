// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_LINE_SYNC_H_
#define RELAYFLEET_LIBS_RTSP_LINE_SYNC_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"

namespace relayfleet::rtsp {

// Puts the time lines of a session's tracks, each with a zero of its own, onto that of the track
// that came first. As long as the sender has not reported its times, units that arrive together
// are taken for simultaneous; afterwards the reports say it, and the other tracks are moved when
// they are more than 20 ms off. What is moved back never goes behind what was given before. Not
// thread-safe.
class LineSync {
 public:
  struct Unit {
    uint32_t track = 0;
    int64_t ticks = 0;  // on the track's own line
    int64_t clock_rate = 0;
    absl::Duration arrival;                         // monotonic
    absl::Time sender_wall = absl::InfinitePast();  // InfinitePast: not reported
  };

  // The unit's place on the common line, in ticks of its track's clock.
  int64_t Place(const Unit& unit);

 private:
  struct Line {
    bool begun = false;
    int64_t origin = 0;  // ticks of its zero on the common line
    int64_t last = 0;    // given
  };
  void Begin(const Unit& unit, Line* line);
  void Correct(const Unit& unit, Line* line) const;

  std::vector<Line> lines_;
  std::optional<uint32_t> reference_;  // the track that came first
  // When the reference's zero was, by our clock and by the sender's.
  absl::Duration zero_arrival_ = absl::ZeroDuration();
  absl::Time zero_wall_ = absl::InfinitePast();
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_LINE_SYNC_H_
