// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/aac_depacketizer.h"

#include <utility>

#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr size_t kMaxFrames = 64;  // in one packet

// Reads plain bits of `bytes` that were checked to be there.
uint32_t BitsAt(absl::string_view bytes, size_t at, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i, ++at) {
    value = value << 1 | (Load8(bytes, at / 8) >> (7 - at % 8) & 1);
  }
  return value;
}

}  // namespace

std::vector<Unit> AacDepacketizer::Push(const RtpPacket& packet) {
  std::vector<Unit> out;
  const SequenceTracker::Step step = tracker_.Advance(packet.sequence);
  if (step == SequenceTracker::Step::kOld) return out;
  if (step == SequenceTracker::Step::kGap) {
    DropPart();
    discontinuity_ = true;
  }
  if (!part_.empty() && packet.timestamp != part_time_) DropPart();
  absl::string_view payload = packet.payload;
  const std::vector<size_t> sizes = ReadSizes(&payload);
  if (sizes.empty() || payload.empty()) {
    DropPart();
    Drop();
  } else if (sizes.size() == 1 && (!part_.empty() || sizes[0] > payload.size())) {
    AddFragment(packet, payload, sizes[0], &out);
  } else {
    AddFrames(packet, payload, sizes, &out);
  }
  return out;
}

std::vector<size_t> AacDepacketizer::ReadSizes(absl::string_view* payload) const {
  if (options_.size_length == 0) return {payload->size()};
  if (payload->size() < 2) return {};
  const size_t bits = Load16(*payload, 0);
  const size_t bytes = (bits + 7) / 8;
  payload->remove_prefix(2);
  if (payload->size() < bytes) return {};
  std::vector<size_t> sizes;
  size_t at = 0;
  while (at < bits) {
    const int index = sizes.empty() ? options_.index_length : options_.index_delta_length;
    const size_t next = at + static_cast<size_t>(options_.size_length + index);
    if (next > bits || sizes.size() == kMaxFrames) return {};
    const uint32_t size = BitsAt(*payload, at, options_.size_length);
    const size_t index_at = at + static_cast<size_t>(options_.size_length);
    if (size == 0 || BitsAt(*payload, index_at, index) != 0) return {};
    sizes.push_back(size);
    at = next;
  }
  payload->remove_prefix(bytes);
  return sizes;
}

void AacDepacketizer::AddFragment(const RtpPacket& packet, absl::string_view payload, size_t size,
                                  std::vector<Unit>* out) {
  part_time_ = packet.timestamp;
  part_.append(payload.data(), payload.size());
  if (part_.size() == size) {
    Emit(std::exchange(part_, ""), packet.timestamp, out);
  } else if (packet.marker || part_.size() > size || part_.size() > options_.max_frame) {
    DropPart();
  }
}

void AacDepacketizer::AddFrames(const RtpPacket& packet, absl::string_view payload,
                                const std::vector<size_t>& sizes, std::vector<Unit>* out) {
  DropPart();
  uint32_t rtp_time = packet.timestamp;
  for (const size_t size : sizes) {
    if (size > payload.size()) return Drop();
    Emit(std::string(payload.substr(0, size)), rtp_time, out);
    payload.remove_prefix(size);
    rtp_time += static_cast<uint32_t>(options_.frame_ticks);
  }
}

void AacDepacketizer::Emit(std::string frame, uint32_t rtp_time, std::vector<Unit>* out) {
  out->push_back({.bytes = std::move(frame),
                  .rtp_time = rtp_time,
                  .key = true,
                  .discontinuity = std::exchange(discontinuity_, false)});
}

void AacDepacketizer::Drop() {
  ++dropped_;
  discontinuity_ = true;
}

void AacDepacketizer::DropPart() {
  if (!std::exchange(part_, "").empty()) Drop();
}

}  // namespace relayfleet::rtp
