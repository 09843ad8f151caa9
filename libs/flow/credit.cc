// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/credit.h"

namespace relayfleet::flow {

bool InFlightWindow::Admits(uint32_t track, absl::Duration pts) const {
  const auto found = tracks_.find(track);
  if (found == tracks_.end() || found->second.empty()) return true;
  const std::deque<Entry>& entries = found->second;
  if (entries.size() >= static_cast<size_t>(options_.max_packets)) return false;
  return pts - entries.front().pts <= options_.max_span;
}

void InFlightWindow::Sent(uint32_t track, uint64_t seq, absl::Duration pts) {
  tracks_[track].push_back({seq, pts});
}

void InFlightWindow::Done(uint64_t through_seq) {
  for (auto& [track, entries] : tracks_) {
    while (!entries.empty() && entries.front().seq <= through_seq) entries.pop_front();
  }
}

int InFlightWindow::in_flight() const {
  size_t count = 0;
  for (const auto& [track, entries] : tracks_) count += entries.size();
  return static_cast<int>(count);
}

}  // namespace relayfleet::flow
