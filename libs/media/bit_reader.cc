// SPDX-License-Identifier: Apache-2.0

#include "libs/media/bit_reader.h"

namespace relayfleet::media {

uint32_t BitReader::Bit() {
  if (left_ == 0) {
    if (zeros_ >= 2 && position_ < bytes_.size() && bytes_[position_] == 3) {
      ++position_;
      zeros_ = 0;
    }
    if (position_ >= bytes_.size()) {
      ok_ = false;
      return 0;
    }
    current_ = static_cast<uint8_t>(bytes_[position_++]);
    zeros_ = current_ == 0 ? zeros_ + 1 : 0;
    left_ = 8;
  }
  --left_;
  ++read_;
  return (current_ >> left_) & 1;
}

uint32_t BitReader::Bits(int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 1 | Bit();
  return value;
}

uint32_t BitReader::Ue() {
  int zeros = 0;
  while (ok_ && Bit() == 0) ++zeros;
  if (!ok_ || zeros > 31) {
    ok_ = false;
    return 0;
  }
  return (uint32_t{1} << zeros) - 1 + Bits(zeros);
}

int32_t BitReader::Se() {
  const uint32_t code = Ue();
  const auto magnitude = static_cast<int32_t>(code / 2 + code % 2);
  return code % 2 == 1 ? magnitude : -magnitude;
}

}  // namespace relayfleet::media
