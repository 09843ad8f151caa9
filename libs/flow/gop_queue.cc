// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/gop_queue.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace relayfleet::flow {
namespace {

size_t SizeOf(const media::Packet& packet) { return packet.payload->size(); }

media::Gap GapOf(uint64_t seq) { return {seq, seq, media::GapReason::kCongested}; }

// `gap` and what follows it as one gap, where the reason is that of the first.
void Extend(std::optional<media::Gap>* gap, const media::Gap& next) {
  if (!gap->has_value()) {
    *gap = next;
  } else {
    (*gap)->last = std::max((*gap)->last, next.last);
  }
}

}  // namespace

GopQueue::PushResult GopQueue::Push(media::Message message) {
  if (auto* packet = std::get_if<media::Packet>(&message)) return PushPacket(std::move(*packet));
  if (const auto* gap = std::get_if<media::Gap>(&message)) {
    AppendGap(*gap);
  } else {
    queue_.push_back(std::move(message));
  }
  return {};
}

GopQueue::PushResult GopQueue::PushPacket(media::Packet packet) {
  const bool key = IsKey(packet);
  const bool audio = IsAudio(packet);
  if (waiting_for_key_ && !key && !audio) return Refuse(packet);
  PushResult result;
  if (!HasRoomFor(packet)) {
    const size_t next_key = key ? queue_.size() : NextKey();
    if (next_key == 0 && audio) return Refuse(packet);
    if (next_key == 0 && !key) {
      waiting_for_key_ = true;
      result = Refuse(packet);
      result.need_key = true;
      return result;
    }
    result.dropped = DropHead(next_key);
  }
  // One step may not be enough where bytes count; then the same again with the next key frame.
  if (!key && !HasRoomFor(packet)) {
    const int before = result.dropped;
    result = PushPacket(std::move(packet));
    result.dropped += before;
    return result;
  }
  if (!audio) waiting_for_key_ = false;
  ++packets_;
  bytes_ += SizeOf(packet);
  queue_.push_back(std::move(packet));
  return result;
}

bool GopQueue::HasRoomFor(const media::Packet& packet) const {
  if (packets_ == 0) return true;  // A single packet of any size must pass.
  return packets_ < options_.max_packets && bytes_ + SizeOf(packet) <= options_.max_bytes;
}

size_t GopQueue::NextKey() const {
  bool behind_head = false;
  for (size_t i = 0; i < queue_.size(); ++i) {
    const auto* packet = std::get_if<media::Packet>(&queue_[i]);
    if (packet == nullptr) continue;
    if (behind_head && IsKey(*packet)) return i;
    behind_head = true;
  }
  return 0;
}

int GopQueue::DropHead(size_t count) {
  int dropped = 0;
  std::optional<media::Gap> gap;
  std::optional<media::Message> info;
  for (size_t i = 0; i < count; ++i) {
    media::Message& message = queue_.front();
    if (const auto* packet = std::get_if<media::Packet>(&message)) {
      Extend(&gap, GapOf(packet->seq));
      bytes_ -= SizeOf(*packet);
      ++dropped;
    } else if (const auto* older = std::get_if<media::Gap>(&message)) {
      Extend(&gap, *older);
    } else {
      info = std::move(message);
    }
    queue_.pop_front();
  }
  packets_ -= dropped;
  dropped_ += dropped;
  if (info.has_value()) queue_.push_front(*std::move(info));
  if (gap.has_value()) queue_.push_front(*gap);
  return dropped;
}

GopQueue::PushResult GopQueue::Refuse(const media::Packet& packet) {
  ++dropped_;
  AppendGap(GapOf(packet.seq));
  return {.dropped = 1};
}

void GopQueue::AppendGap(const media::Gap& gap) {
  auto* last = queue_.empty() ? nullptr : std::get_if<media::Gap>(&queue_.back());
  if (last != nullptr && last->reason == gap.reason && last->last + 1 == gap.first) {
    last->last = gap.last;
  } else {
    queue_.push_back(gap);
  }
}

std::optional<media::Message> GopQueue::Pop() {
  std::optional<media::Message> message;
  if (queue_.empty()) return message;
  if (auto* packet = std::get_if<media::Packet>(&queue_.front())) {
    --packets_;
    bytes_ -= SizeOf(*packet);
    if (!IsAudio(*packet)) packet->discontinuity |= std::exchange(after_gap_, false);
  } else if (std::holds_alternative<media::Gap>(queue_.front())) {
    after_gap_ = true;
  }
  message.emplace(std::move(queue_.front()));
  queue_.pop_front();
  return message;
}

int GopQueue::Restart() {
  waiting_for_key_ = true;
  return DropHead(queue_.size());
}

}  // namespace relayfleet::flow
