// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_FUZZ_RTP_FEED_PACKETS_H_
#define RELAYFLEET_TESTS_FUZZ_RTP_FEED_PACKETS_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "libs/rtp/depacketizer.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp {

// Feeds a row of packets, each behind one byte of length; what comes out has a size that is
// allowed.
inline int FeedPackets(const uint8_t* data, size_t size, size_t min_unit, size_t max_unit,
                       Depacketizer* depacketizer) {
  absl::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const size_t length = static_cast<uint8_t>(rest[0]);
    const absl::string_view bytes = rest.substr(1, length);
    rest.remove_prefix(1 + bytes.size());
    const auto packet = ParseRtpPacket(bytes);
    if (!packet.ok()) continue;
    for (const Unit& unit : depacketizer->Push(*packet)) {
      if (unit.bytes.size() < min_unit || unit.bytes.size() > max_unit) std::abort();
    }
  }
  return 0;
}

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_TESTS_FUZZ_RTP_FEED_PACKETS_H_
