// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/skip_policy.h"

#include "libs/media/annexb.h"

namespace relayfleet::transcode {
namespace {

// H.265, table 7-1: even types below 16 are not referred to within their sub-layer.
bool NonReferenceH265(uint8_t type) { return type < 16 && type % 2 == 0; }

}  // namespace

bool IsNonReference(media::Codec codec, absl::string_view access_unit) {
  for (media::NalReader reader(access_unit); reader.Next();) {
    const auto first = static_cast<uint8_t>(reader.nal()[0]);
    if (codec == media::Codec::kH264) {
      const int type = first & 0x1f;
      if (type >= 1 && type <= 5) return (first & 0x60) == 0;  // nal_ref_idc
    } else if (codec == media::Codec::kH265) {
      const auto type = static_cast<uint8_t>(first >> 1 & 0x3f);
      if (type < 32) return NonReferenceH265(type);
    } else {
      return false;
    }
  }
  return false;
}

void SkipPolicy::OnPacket(bool non_reference, int64_t dts) {
  if (packets_ == 0) begin_ = dts;
  if (++packets_ <= kWindow) {
    references_ += non_reference ? 0 : 1;
    return;
  }
  // This packet begins the next window, and ends the time of this one.
  const double seconds = static_cast<double>(dts - begin_) / media::kVideoClockRate;
  const double rate = seconds > 0 ? kWindow / seconds : 0;
  const double left = rate * references_ / kWindow;
  skipping_ =
      output_fps_ > 0 && references_ < kWindow && 2 * output_fps_ <= rate && left >= output_fps_;
  packets_ = 1;
  references_ = non_reference ? 0 : 1;
  begin_ = dts;
}

}  // namespace relayfleet::transcode
