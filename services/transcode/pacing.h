// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_PACING_H_
#define RELAYFLEET_SERVICES_TRANSCODE_PACING_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "libs/media/packet.h"

namespace relayfleet::transcode {

// When the held picture is to be encoded again, and with which time stamp. All times are
// monotonic. The time line follows the pictures' own stamps, and goes on by the clock while they
// are missing; it always grows.
class Pacing {
 public:
  // Shortest time between two key frames made because someone asked.
  static constexpr absl::Duration kKeySpacing = absl::Milliseconds(500);

  // `fill_fps`: repeats per second of silence. `last_pts`: all that follows is later.
  Pacing(double fill_fps, int64_t last_pts)
      : interval_(absl::Seconds(1) / fill_fps), last_pts_(last_pts) {}

  // Earliest stamp of what is encoded next.
  int64_t next_pts() const { return last_pts_ + 1; }
  // Something went out with this stamp.
  void OnStamped(int64_t pts) { last_pts_ = std::max(last_pts_, pts); }

  // That picture could be decoded: silence is counted from its arrival.
  void OnPicture(absl::Duration arrival, int64_t pts) {
    held_arrival_ = arrival;
    held_pts_ = pts;
    repeat_due_ = arrival + 1.5 * interval_;
  }

  // The held picture is encoded again, now, with this stamp.
  int64_t StampRepeat(absl::Duration now) {
    const absl::Duration next = repeat_due_ + interval_;
    // Keeps its cadence unless it has fallen behind, or a key frame came in between.
    repeat_due_ = next > now && repeat_due_ <= now ? next : std::max(repeat_due_, now + interval_);
    return std::max(held_pts_ + media::ToVideoTicks(now - held_arrival_), next_pts());
  }

  // Someone waits for a key frame.
  void AskKey() { key_wanted_ = true; }
  bool key_wanted() const { return key_wanted_; }
  // A key frame went out.
  void OnKey() { key_wanted_ = false; }
  // One is being made because it was asked for.
  void OnKeyTried(absl::Duration now) { key_allowed_ = now + kKeySpacing; }

  bool KeyDue(absl::Duration now) const { return key_wanted_ && now >= key_allowed_; }
  bool RepeatDue(absl::Duration now) const { return now >= repeat_due_; }
  // When KeyDue() becomes true.
  absl::Duration key_due() const { return key_wanted_ ? key_allowed_ : absl::InfiniteDuration(); }
  // When one of the two becomes true.
  absl::Duration next_due() const { return std::min(key_due(), repeat_due_); }

 private:
  const absl::Duration interval_;
  int64_t last_pts_;
  int64_t held_pts_ = 0;  // of the last picture
  absl::Duration held_arrival_;
  absl::Duration repeat_due_ = absl::InfiniteDuration();
  absl::Duration key_allowed_ = -absl::InfiniteDuration();
  bool key_wanted_ = false;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_PACING_H_
