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
constexpr absl::string_view kStartCode("\0\0\0\1", 4);

bool IsIdr(uint8_t nal_header) {
  return (nal_header & kTypeMask) == static_cast<uint8_t>(media::NalType::kIdr);
}

}  // namespace

void H264Depacketizer::AddPayload(absl::string_view payload) {
  const uint8_t type = payload.empty() ? 0 : Load8(payload, 0) & kTypeMask;
  if (in_fragment_ && type != kFuA) return Damage();
  if (type >= 1 && type < kStapA) {
    AddNal(payload);
  } else if (type == kStapA) {
    AddAggregate(payload.substr(1));
  } else if (type == kFuA) {
    AddFragment(payload);
  } else {
    Damage();
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
  if (!payload.empty()) Damage();
}

void H264Depacketizer::AddFragment(absl::string_view payload) {
  if (payload.size() < 3) return Damage();
  const uint8_t indicator = Load8(payload, 0);
  const uint8_t header = Load8(payload, 1);
  if (((header & kFuStart) != 0) == in_fragment_) return Damage();
  if ((header & kFuStart) != 0) {
    const char nal_header = static_cast<char>((indicator & ~kTypeMask) | (header & kTypeMask));
    AddNal(absl::string_view(&nal_header, 1));
    in_fragment_ = true;
  }
  Append(payload.substr(2));
  if ((header & kFuEnd) != 0) in_fragment_ = false;
}

void H264Depacketizer::AddNal(absl::string_view nal) {
  if (IsIdr(Load8(nal, 0))) unit()->key = true;
  Append(kStartCode);
  Append(nal);
}

bool H264Depacketizer::Finish(Unit* /*unit*/) { return !std::exchange(in_fragment_, false); }

}  // namespace relayfleet::rtp
