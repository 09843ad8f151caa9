// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_BENCH_MATCHER_H_
#define RELAYFLEET_TESTS_BENCH_MATCHER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"

namespace relayfleet::bench {

// An access unit as a reader got it.
struct Received {
  int64_t pts = 0;    // 90 kHz, of any zero
  absl::Duration at;  // monotonic
};

// For each push (monotonic times, growing) the access unit that shows it, by index; none: it never
// came out.
//
// The stream's media times are the arrival times of the pushes on a clock of another zero. That
// zero is found first: it is the one where the most media times meet a push. Pushes in strict
// rhythm would meet shifted by whole intervals just as well, so they must be jittered by some
// milliseconds. Access units that meet no push are repeats.
std::vector<std::optional<size_t>> MatchFrames(const std::vector<absl::Duration>& pushes,
                                               const std::vector<Received>& received);

}  // namespace relayfleet::bench

#endif  // RELAYFLEET_TESTS_BENCH_MATCHER_H_
