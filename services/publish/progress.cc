// SPDX-License-Identifier: Apache-2.0

#include "services/publish/progress.h"

#include <algorithm>

namespace relayfleet::publish {

void Progress::Arrive(uint64_t seq) {
  open_.push_back(seq);
  last_ = std::max(last_, seq);
}

void Progress::Settle(uint64_t seq, bool dropped) {
  const auto it = std::find(open_.begin(), open_.end(), seq);
  if (it == open_.end()) return;
  open_.erase(it);
  if (dropped) ++dropped_;
}

void Progress::Skip(uint64_t last) { last_ = std::max(last_, last); }

flow::WrittenThrough Progress::Now() const {
  return {.seq = open_.empty() ? last_ : open_.front() - 1, .dropped = dropped_};
}

}  // namespace relayfleet::publish
