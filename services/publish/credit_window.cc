// SPDX-License-Identifier: Apache-2.0

#include "services/publish/credit_window.h"

#include <algorithm>

namespace relayfleet::publish {

bool CreditWindow::Take(absl::Duration dts) {
  if (unused_ == 0) return false;
  --unused_;
  ++used_;
  if (!recent_.empty() && dts <= recent_.back()) recent_.clear();  // another stream
  recent_.push_back(dts);
  if (recent_.size() > static_cast<size_t>(options_.max_packets) + 1) recent_.pop_front();
  return true;
}

uint32_t CreditWindow::Grant() {
  const int more = std::max(0, size() - unused_ - used_);
  unused_ += more;
  return static_cast<uint32_t>(more);
}

int CreditWindow::size() const {
  if (recent_.size() < 2) return options_.max_packets;
  const absl::Duration interval =
      (recent_.back() - recent_.front()) / static_cast<int64_t>(recent_.size() - 1);
  const int64_t fit = options_.max_span / interval;
  return static_cast<int>(std::clamp<int64_t>(fit, 1, options_.max_packets));
}

}  // namespace relayfleet::publish
