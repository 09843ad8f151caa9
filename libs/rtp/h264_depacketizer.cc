// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h264_depacketizer.h"

#include <utility>

#include "libs/media/annexb.h"
#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr uint8_t kStapA = 24;
constexpr uint8_t kFuA = 28;
constexpr uint8_t kTypeMask = 0x1f;
constexpr uint8_t kFuStart = 0x80;
constexpr uint8_t kFuEnd = 0x40;

bool IsIdr(uint8_t nal_header) {
  return (nal_header & kTypeMask) == static_cast<uint8_t>(media::NalType::kIdr);
}

}  // namespace

std::vector<H264Depacketizer::AccessUnit> H264Depacketizer::Push(const RtpPacket& packet) {
  std::vector<AccessUnit> out;
  if (last_sequence_.has_value() && static_cast<int16_t>(packet.sequence - *last_sequence_) <= 0) {
    return out;
  }
  if (begun_ && packet.timestamp != current_.rtp_time) {
    // A gap right here may have held the end of that access unit.
    if (packet.sequence != static_cast<uint16_t>(*last_sequence_ + 1)) damaged_ = true;
    EndAccessUnit(&out);
  }
  begun_ = true;
  current_.rtp_time = packet.timestamp;
  CheckSequence(packet.sequence);
  if (!damaged_) AddPayload(packet.payload);
  if (packet.marker) EndAccessUnit(&out);
  return out;
}

// What a gap swallowed may be the beginning of this access unit: the marker bit of the one before
// tells nothing, since whole ones may be missing between.
void H264Depacketizer::CheckSequence(uint16_t sequence) {
  if (last_sequence_.has_value()) {
    const auto missing = static_cast<uint16_t>(sequence - *last_sequence_ - 1);
    if (missing > 0) damaged_ = true;
    lost_packets_ += missing;
  }
  last_sequence_ = sequence;
}

void H264Depacketizer::AddPayload(absl::string_view payload) {
  const uint8_t type = payload.empty() ? 0 : Load8(payload, 0) & kTypeMask;
  if (in_fragment_ && type != kFuA) {
    damaged_ = true;
    return;
  }
  if (type >= 1 && type < kStapA) {
    AddNal(payload);
  } else if (type == kStapA) {
    AddAggregate(payload.substr(1));
  } else if (type == kFuA) {
    AddFragment(payload);
  } else {
    damaged_ = true;
  }
}

void H264Depacketizer::AddAggregate(absl::string_view payload) {
  while (payload.size() > 2) {
    const size_t size = Load16(payload, 0);
    payload.remove_prefix(2);
    if (size == 0 || size > payload.size()) break;
    AddNal(payload.substr(0, size));
    payload.remove_prefix(size);
  }
  if (!payload.empty()) damaged_ = true;
}

void H264Depacketizer::AddFragment(absl::string_view payload) {
  if (payload.size() < 3) {
    damaged_ = true;
    return;
  }
  const uint8_t indicator = Load8(payload, 0);
  const uint8_t header = Load8(payload, 1);
  if (((header & kFuStart) != 0) == in_fragment_) {
    damaged_ = true;
    return;
  }
  if ((header & kFuStart) != 0) {
    const char nal_header = static_cast<char>((indicator & ~kTypeMask) | (header & kTypeMask));
    AddNal(absl::string_view(&nal_header, 1));
    in_fragment_ = true;
  }
  current_.bytes.append(payload.data() + 2, payload.size() - 2);
  if ((header & kFuEnd) != 0) in_fragment_ = false;
  if (current_.bytes.size() > options_.max_access_unit) damaged_ = true;
}

void H264Depacketizer::AddNal(absl::string_view nal) {
  current_.key = current_.key || IsIdr(Load8(nal, 0));
  media::AppendNal(nal, &current_.bytes);
  if (current_.bytes.size() > options_.max_access_unit) damaged_ = true;
}

void H264Depacketizer::EndAccessUnit(std::vector<AccessUnit>* out) {
  if (damaged_ || in_fragment_ || current_.bytes.empty()) {
    ++dropped_;
    discontinuity_ = true;
  } else {
    current_.discontinuity = std::exchange(discontinuity_, false);
    out->push_back(std::move(current_));
  }
  current_ = AccessUnit();
  begun_ = damaged_ = in_fragment_ = false;
}

}  // namespace relayfleet::rtp
