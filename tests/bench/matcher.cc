// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/matcher.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace relayfleet::bench {
namespace {

constexpr absl::Duration kLongest = absl::Seconds(2);  // latency that is still believed
// How exactly a media time meets its push: the way into the fleet takes some of it.
constexpr absl::Duration kWindow = absl::Microseconds(1500);
constexpr absl::Duration kTolerance = absl::Milliseconds(8);
// On a machine that stalls, a push may get its time stamp this much later.
constexpr absl::Duration kLate = absl::Milliseconds(60);

absl::Duration MediaTime(const Received& unit) { return absl::Microseconds(100) * unit.pts / 9; }

// How late the access unit of push `i` may be stamped: before the next push could be.
absl::Duration LateOf(const std::vector<absl::Duration>& pushes, size_t i) {
  if (i + 1 == pushes.size()) return kLate;
  return std::clamp(pushes[i + 1] - pushes[i] - kTolerance, kTolerance, kLate);
}

// The middle of the densest kWindow.
absl::Duration Densest(std::vector<absl::Duration> values) {
  std::sort(values.begin(), values.end());
  size_t best = 0;
  size_t most = 0;
  for (size_t first = 0, end = 0; first < values.size(); ++first) {
    while (end < values.size() && values[end] - values[first] <= kWindow) ++end;
    if (end - first > most) {
      most = end - first;
      best = first;
    }
  }
  return values[best + most / 2];
}

}  // namespace

std::vector<std::optional<size_t>> MatchFrames(const std::vector<absl::Duration>& pushes,
                                               const std::vector<Received>& received) {
  std::vector<absl::Duration> zeros;
  for (const absl::Duration push : pushes) {
    for (const Received& unit : received) {
      if (unit.at > push && unit.at < push + kLongest) zeros.push_back(push - MediaTime(unit));
    }
  }
  std::vector<std::optional<size_t>> matches(pushes.size());
  if (zeros.empty()) return matches;
  const absl::Duration zero = Densest(std::move(zeros));
  size_t next = 0;
  for (size_t i = 0; i < pushes.size(); ++i) {
    while (next < received.size() && MediaTime(received[next]) + zero < pushes[i] - kTolerance) {
      ++next;
    }
    if (next == received.size()) break;
    if (MediaTime(received[next]) + zero <= pushes[i] + LateOf(pushes, i)) matches[i] = next++;
  }
  return matches;
}

}  // namespace relayfleet::bench
