// SPDX-License-Identifier: Apache-2.0

#include "services/publish/progress.h"

#include <algorithm>

namespace relayfleet::publish {

void Progress::Arrive(uint64_t seq) { entries_.push_back({seq, Fate::kOpen}); }

void Progress::Skip(uint64_t last) { entries_.push_back({last, Fate::kSkipped}); }

void Progress::Settle(uint64_t seq, bool dropped) {
  const auto it = std::find_if(entries_.begin(), entries_.end(),
                               [seq](const Entry& entry) { return entry.seq == seq; });
  if (it != entries_.end()) it->fate = dropped ? Fate::kDropped : Fate::kWritten;
}

std::optional<flow::WrittenThrough> Progress::Next() {
  uint64_t through = 0;
  Fate fate = Fate::kSkipped;  // goes with either of the others
  while (!entries_.empty()) {
    const Entry& entry = entries_.front();
    if (entry.fate == Fate::kOpen) break;
    if (entry.fate != Fate::kSkipped) {
      if (fate != Fate::kSkipped && fate != entry.fate) break;
      fate = entry.fate;
    }
    if (entry.fate == Fate::kDropped) ++dropped_;
    through = entry.seq;
    entries_.pop_front();
  }
  if (through == 0) return std::nullopt;
  return flow::WrittenThrough{.seq = through, .dropped = dropped_};
}

}  // namespace relayfleet::publish
