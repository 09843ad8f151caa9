// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_RATE_REDUCER_H_
#define RELAYFLEET_SERVICES_TRANSCODE_RATE_REDUCER_H_

#include <cstdint>
#include <optional>

#include "libs/media/packet.h"

namespace relayfleet::transcode {

// Drops pictures of what would come faster than a rate, evenly: of each interval of the wanted rate
// the picture nearest to its begin stays. Time stamps decide, so a rate that varies and one that is
// no multiple come out right, and a rate below the wanted one passes. A rate that nearly is a
// multiple (29.97 to 15) is taken for one. Pictures out of order are dropped. Used on one executor.
class RateReducer {
 public:
  // A jump back by more is a new time line.
  static constexpr int64_t kNewLine = media::kVideoClockRate;

  // `fps`: highest rate; 0: none.
  explicit RateReducer(double fps);

  // Whether the picture of that time stays. Called once for each, in order of presentation.
  bool Keep(int64_t pts);

 private:
  void Begin(int64_t pts);
  void Advance(int64_t pts);

  const int64_t interval_;  // ticks; 0: all stay
  std::optional<int64_t> last_;
  double due_ = 0;   // begin of the next interval
  double step_ = 0;  // between pictures that come, smoothed
  double late_ = 0;  // by how much pictures that stay are behind, smoothed
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_RATE_REDUCER_H_
