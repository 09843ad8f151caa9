// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_DRIFT_H_
#define RELAYFLEET_SERVICES_INGEST_DRIFT_H_

#include <algorithm>
#include <optional>

#include "absl/time/time.h"
#include "libs/media/packet.h"

namespace relayfleet::ingest {

// Follows a source whose clock is faster or slower than ours. Compares, over windows of 10 s, the
// packets' places on the line with when they were taken, as sender reports tell, or else with when
// they came; of those only the quickest counts, since all others were delayed. What is off is made
// good by a shift that moves by 1 ms a second at most. Not thread-safe.
class Drift {
 public:
  static constexpr absl::Duration kWindow = absl::Seconds(10);
  static constexpr double kMaxRate = 0.001;

  // Another line: no shift.
  void Restart() { *this = Drift(); }
  // Time stamps have jumped against capture times.
  void Rebase() { capture_base_.reset(); }

  // `place`: of `packet` on the line, without shift; `arrival`: that of its arrival.
  void Follow(absl::Duration place, absl::Duration arrival, const media::Packet& packet);

  absl::Duration shift() const { return shift_; }

 private:
  void Measure(absl::Duration shifted, absl::Duration arrival, const media::Packet& packet);
  void EndWindow(absl::Duration now);

  absl::Duration shift_;
  double rate_ = 0;  // of shift_, per second of arrival
  std::optional<absl::Duration> last_;
  absl::Duration window_end_;
  absl::Duration by_arrival_ = -absl::InfiniteDuration();  // most ahead in this window
  std::optional<absl::Duration> by_capture_;
  std::optional<absl::Duration> capture_base_;  // place less capture time, at first
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_DRIFT_H_
