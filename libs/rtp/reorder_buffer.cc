// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/reorder_buffer.h"

#include <algorithm>
#include <utility>

namespace relayfleet::rtp {
namespace {

// Farther off than any network brings a packet (RFC 3550, A.1): two in a row, and the sender began
// anew.
constexpr int64_t kMaxBehind = 1000;
constexpr int64_t kMaxAhead = 3000;

}  // namespace

void ReorderBuffer::Push(const RtpPacket& packet, absl::Duration now, const Deliver& deliver) {
  if (!next_.has_value()) next_ = packet.sequence;
  const int64_t ahead = static_cast<int16_t>(packet.sequence - static_cast<uint16_t>(*next_));
  if (ahead < -kMaxBehind || ahead > kMaxAhead) {
    if (!Restarts(packet.sequence, ahead)) return;
    while (!held_.empty()) SkipGap(deliver);
    next_ = packet.sequence;
    return Push(packet, now, deliver);
  }
  restart_.reset();
  if (ahead < 0) {
    ++late_;
  } else if (ahead > 0) {
    Hold(packet, *next_ + ahead, now);
  } else {
    deliver(packet);
    ++*next_;
    DeliverRun(deliver);
  }
  while (held_.size() > options_.max_held) SkipGap(deliver);
  Flush(now, deliver);
}

bool ReorderBuffer::Restarts(uint16_t sequence, int64_t ahead) {
  const bool follows = restart_ == sequence;
  restart_ = static_cast<uint16_t>(sequence + 1);
  if (!follows) ++late_;
  // Ahead on the same line: what is between is lost.
  if (follows && ahead > 0) lost_ += static_cast<uint64_t>(ahead);
  return follows;
}

void ReorderBuffer::Hold(const RtpPacket& packet, int64_t at, absl::Duration now) {
  const auto [it, is_new] = held_.try_emplace(at);
  if (!is_new) {
    ++late_;
    return;
  }
  Held& held = it->second;
  held.packet = packet;
  held.bytes = std::string(packet.payload);
  held.packet.payload = held.bytes;
  held.arrival = now;
}

void ReorderBuffer::Flush(absl::Duration now, const Deliver& deliver) {
  for (auto due = deadline(); due.has_value() && *due <= now; due = deadline()) SkipGap(deliver);
}

std::optional<absl::Duration> ReorderBuffer::deadline() const {
  if (held_.empty()) return std::nullopt;
  const auto oldest = std::min_element(
      held_.begin(), held_.end(),
      [](const auto& a, const auto& b) { return a.second.arrival < b.second.arrival; });
  return oldest->second.arrival + options_.window;
}

void ReorderBuffer::SkipGap(const Deliver& deliver) {
  lost_ += static_cast<uint64_t>(held_.begin()->first - *next_);
  next_ = held_.begin()->first;
  DeliverRun(deliver);
}

void ReorderBuffer::DeliverRun(const Deliver& deliver) {
  while (!held_.empty() && held_.begin()->first == *next_) {
    deliver(held_.begin()->second.packet);
    held_.erase(held_.begin());
    ++*next_;
  }
}

}  // namespace relayfleet::rtp
