// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h265_depacketizer.h"

#include <utility>

#include "libs/media/h265_sps.h"
#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr uint8_t kAggregate = 48;
constexpr uint8_t kFragment = 49;
constexpr uint8_t kFuStart = 0x80;
constexpr uint8_t kFuEnd = 0x40;
constexpr uint8_t kFuTypeMask = 0x3f;
constexpr uint8_t kNotType = 0x81;  // forbidden bit, and the highest of the layer
constexpr size_t kNalHeader = 2;
constexpr absl::string_view kStartCode("\0\0\0\1", 4);

}  // namespace

void H265Depacketizer::AddPayload(absl::string_view payload) {
  if (payload.size() <= kNalHeader) return Damage();
  const auto type = static_cast<uint8_t>(media::TypeOfH265Nal(payload));
  if (in_fragment_ && type != kFragment) return Damage();
  if (type < kAggregate) {
    AddNal(payload);
  } else if (type == kAggregate) {
    AddAggregate(payload.substr(kNalHeader));
  } else if (type == kFragment) {
    AddFragment(payload);
  } else {
    Damage();
  }
}

void H265Depacketizer::AddAggregate(absl::string_view payload) {
  while (payload.size() > 2) {
    const size_t size = Load16(payload, 0);
    payload.remove_prefix(2);
    if (size <= kNalHeader || size > payload.size()) return Damage();
    AddNal(payload.substr(0, size));
    payload.remove_prefix(size);
  }
  if (!payload.empty()) Damage();
}

void H265Depacketizer::AddFragment(absl::string_view payload) {
  if (payload.size() <= kNalHeader + 1) return Damage();
  const uint8_t fragment = Load8(payload, kNalHeader);
  const bool start = (fragment & kFuStart) != 0;
  if (start == in_fragment_) return Damage();
  if (start) {
    const std::string header = {
        static_cast<char>((Load8(payload, 0) & kNotType) | (fragment & kFuTypeMask) << 1),
        payload[1]};
    AddNal(header);
    in_fragment_ = true;
  }
  Append(payload.substr(kNalHeader + 1));
  if ((fragment & kFuEnd) != 0) in_fragment_ = false;
}

void H265Depacketizer::AddNal(absl::string_view nal) {
  if (media::IsH265Irap(media::TypeOfH265Nal(nal))) unit()->key = true;
  Append(kStartCode);
  Append(nal);
}

bool H265Depacketizer::Finish(Unit* /*unit*/) { return !std::exchange(in_fragment_, false); }

}  // namespace relayfleet::rtp
