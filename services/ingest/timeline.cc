// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/timeline.h"

#include <algorithm>

#include "libs/media/packet.h"

namespace relayfleet::ingest {

Timeline::Timeline(absl::Time wall, absl::Duration monotonic)
    : start_(monotonic),
      offset_(media::ToVideoTicks(wall - absl::UnixEpoch())),
      last_(offset_ - 1) {}

int64_t Timeline::Place(absl::Duration monotonic) const {
  return offset_ + media::ToVideoTicks(monotonic - start_);
}

int64_t Timeline::Stamp(absl::Duration monotonic) {
  last_ = std::max(last_ + 1, Place(monotonic));
  return last_;
}

void Timeline::ContinueAfter(int64_t last, absl::Duration monotonic) {
  offset_ += std::max<int64_t>(0, last - Place(monotonic));
  last_ = std::max(last_, last);
}

}  // namespace relayfleet::ingest
