// SPDX-License-Identifier: Apache-2.0

#include "services/publish/credit_window.h"

#include <algorithm>
#include <utility>

namespace relayfleet::publish {

void CreditWindow::SetTracks(const std::vector<uint32_t>& ids) {
  std::map<uint32_t, std::deque<absl::Duration>> recent;
  for (const uint32_t id : ids) recent[id] = std::move(recent_[id]);
  recent_ = std::move(recent);
}

bool CreditWindow::Take(uint32_t track, absl::Duration dts) {
  if (unused_ == 0) return false;
  --unused_;
  ++used_;
  std::deque<absl::Duration>& recent = recent_[track];
  if (!recent.empty() && dts <= recent.back()) recent.clear();  // another stream
  recent.push_back(dts);
  if (recent.size() > static_cast<size_t>(options_.max_packets) + 1) recent.pop_front();
  return true;
}

uint32_t CreditWindow::Grant() {
  const int more = std::max(0, size() - unused_ - used_);
  unused_ += more;
  return static_cast<uint32_t>(more);
}

int CreditWindow::size() const {
  if (recent_.empty()) return options_.max_packets;
  int size = 0;
  for (const auto& [track, recent] : recent_) size += SizeFor(recent);
  return size;
}

int CreditWindow::SizeFor(const std::deque<absl::Duration>& recent) const {
  if (recent.size() < 2) return options_.max_packets;
  const absl::Duration interval =
      (recent.back() - recent.front()) / static_cast<int64_t>(recent.size() - 1);
  const int64_t fit = options_.max_span / interval;
  return static_cast<int>(std::clamp<int64_t>(fit, 1, options_.max_packets));
}

}  // namespace relayfleet::publish
