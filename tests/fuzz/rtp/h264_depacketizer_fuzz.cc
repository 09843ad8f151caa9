// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "libs/rtp/h264_depacketizer.h"
#include "libs/rtp/rtp_packet.h"

// The input is a row of packets, each behind one byte of length.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  absl::string_view rest(reinterpret_cast<const char*>(data), size);
  relayfleet::rtp::H264Depacketizer depacketizer({.max_access_unit = 1000});
  while (!rest.empty()) {
    const size_t length = static_cast<uint8_t>(rest[0]);
    const absl::string_view bytes = rest.substr(1, length);
    rest.remove_prefix(1 + bytes.size());
    const auto packet = relayfleet::rtp::ParseRtpPacket(bytes);
    if (!packet.ok()) continue;
    for (const auto& unit : depacketizer.Push(*packet)) {
      if (unit.bytes.size() < 5 || unit.bytes.size() > 1000) std::abort();
    }
  }
  return 0;
}
