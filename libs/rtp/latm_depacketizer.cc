// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/latm_depacketizer.h"

#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {

// PayloadLengthInfo (ISO 14496-3, 1.7.3.1): bytes that add up, the last one below 255. What is
// behind the frame is other data, or padding.
bool LatmDepacketizer::Finish(Unit* unit) {
  size_t length = 0;
  size_t at = 0;
  bool more = true;
  while (more && at < unit->bytes.size()) {
    const uint8_t part = Load8(unit->bytes, at++);
    length += part;
    more = part == 255;
  }
  if (more || length == 0 || length > unit->bytes.size() - at) return false;
  unit->bytes = unit->bytes.substr(at, length);
  unit->key = true;
  return true;
}

}  // namespace relayfleet::rtp
