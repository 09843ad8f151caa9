// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_TRACK_LINE_H_
#define RELAYFLEET_SERVICES_PUBLISH_TRACK_LINE_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "libs/flow/stages.h"

namespace relayfleet::publish {

// How far one track has come, by dts: what was handed to a session never goes again, and what was
// written without a hole is known to the next caller. Not thread-safe.
class TrackLine {
 public:
  // Handed to a session last: nothing at or before it goes again.
  std::optional<int64_t> last_dts() const { return last_dts_; }

  // A packet is accepted; whether one before it was not.
  bool Accept() { return std::exchange(gap_, false); }
  void Hand(int64_t dts) { last_dts_ = dts; }
  // `after_gap`: as Accept said.
  void Write(int64_t dts, bool after_gap) {
    written_dts_ = dts;
    if (after_gap) run_first_dts_ = std::max(run_first_dts_, dts);
  }
  // `old`: its dts lies among those that were written, and it was not.
  void Drop(int64_t dts, bool old) {
    gap_ = true;
    if (old) run_first_dts_ = std::max(run_first_dts_, dts + 1);
  }

  // The last run that was written, once there is one.
  std::optional<flow::WrittenRun> written() const {
    if (!written_dts_.has_value() || run_first_dts_ > *written_dts_) return std::nullopt;
    return flow::WrittenRun{run_first_dts_, *written_dts_};
  }

 private:
  std::optional<int64_t> last_dts_;
  std::optional<int64_t> written_dts_;
  int64_t run_first_dts_ = std::numeric_limits<int64_t>::min();
  bool gap_ = true;  // before the next packet
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_TRACK_LINE_H_
