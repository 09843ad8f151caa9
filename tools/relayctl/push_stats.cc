// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/push_stats.h"

#include <algorithm>
#include <cmath>

namespace relayfleet::relayctl {
namespace {

using relay::v1::PushOutcome;

bool IsDrop(PushOutcome outcome) {
  return outcome != relay::v1::PUSH_OUTCOME_ACCEPTED &&
         outcome != relay::v1::PUSH_OUTCOME_ENCODED && outcome != relay::v1::PUSH_OUTCOME_WRITTEN;
}

uint64_t Count(const std::map<PushOutcome, uint64_t>& counts, PushOutcome outcome) {
  const auto found = counts.find(outcome);
  return found == counts.end() ? 0 : found->second;
}

absl::Duration Quantile(std::vector<absl::Duration> values, double share) {
  if (values.empty()) return absl::ZeroDuration();
  const auto at = values.begin() + std::lround(share * (values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

uint64_t PushStats::Snapshot::waiting() const {
  return sent - acknowledged - total_dropped() - unanswered;
}

uint64_t PushStats::Snapshot::total_dropped() const {
  uint64_t total = 0;
  for (const auto& [outcome, count] : dropped) total += count;
  return total;
}

uint64_t PushStats::Snapshot::lost() const {
  return total_dropped() - Count(dropped, relay::v1::PUSH_OUTCOME_SUPERSEDED) -
         Count(dropped, relay::v1::PUSH_OUTCOME_RATE_LIMITED) + unanswered;
}

void PushStats::Sent() {
  base::MutexLock lock(&mutex_);
  ++counts_.sent;
}

void PushStats::Answered(PushOutcome outcome, absl::Duration round_trip, absl::string_view detail) {
  base::MutexLock lock(&mutex_);
  if (IsDrop(outcome)) {
    ++counts_.dropped[outcome];
    if (!detail.empty()) counts_.last_detail = std::string(detail);
    return;
  }
  ++counts_.acknowledged;
  if (newest_.size() < kWindow) {
    newest_.push_back(round_trip);
  } else {
    newest_[next_++ % kWindow] = round_trip;
  }
}

void PushStats::Unanswered(uint64_t frames) {
  base::MutexLock lock(&mutex_);
  counts_.unanswered += frames;
}

void PushStats::Reconnected() {
  base::MutexLock lock(&mutex_);
  ++counts_.reconnects;
}

PushStats::Snapshot PushStats::Get() const {
  base::MutexLock lock(&mutex_);
  Snapshot snapshot = counts_;
  snapshot.p50 = Quantile(newest_, 0.50);
  snapshot.p99 = Quantile(newest_, 0.99);
  return snapshot;
}

}  // namespace relayfleet::relayctl
