// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_DTS_ESTIMATOR_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_DTS_ESTIMATOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

namespace relayfleet::ingest {

// Gives each access unit a decoding time where only the time of showing is known, as in RTP: that
// of the picture shown as many places earlier as pictures may be reordered. Nothing is delayed for
// it. Without B-frames it is the time of showing itself.
//
//   shown at  0 3 1 2 6 4 5    reorder 1
//   decoded  -1 0 1 2 3 4 5
//
// Strictly growing while the line does not jump; not after the time of showing once the depth is
// right. A depth that is too small shows by a picture before those that were due: it is raised.
// Not thread-safe.
class DtsEstimator {
 public:
  // Pictures that may come before one that is shown earlier, as the parameter sets say; nullopt:
  // they do not.
  void SetDepth(std::optional<int> depth);

  // The decoding time of the next unit, which is shown at `pts`. More than `jump` ticks from the
  // one before is another line, which begins anew.
  int64_t Next(int64_t pts, int64_t jump);

 private:
  size_t depth_ = 0;
  std::multiset<int64_t> waiting_;   // times of showing whose turn to be a decoding time comes
  std::optional<int64_t> released_;  // the last that left `waiting_`
  std::optional<int64_t> last_pts_;
  std::optional<int64_t> last_dts_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_DTS_ESTIMATOR_H_
