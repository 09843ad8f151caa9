// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_video_decoder.h"

namespace relayfleet::av {

absl::Status JpegVideoDecoder::Push(const media::Packet& packet) {
  next_ = packet;
  return absl::OkStatus();
}

std::optional<media::Packet> JpegVideoDecoder::Next() {
  std::optional<media::Packet> next = std::exchange(next_, std::nullopt);
  current_ = next.has_value() ? std::exchange(next->payload, nullptr) : nullptr;
  return next;
}

absl::Status JpegVideoDecoder::Take(Frame& out) {
  const media::Payload jpeg = std::exchange(current_, nullptr);
  return decoder_->Decode(jpeg == nullptr ? absl::string_view() : absl::string_view(*jpeg), out);
}

}  // namespace relayfleet::av
