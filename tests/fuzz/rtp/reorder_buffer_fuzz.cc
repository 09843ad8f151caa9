// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "libs/rtp/reorder_buffer.h"

// Each two bytes are a sequence number, a millisecond apart: what comes out without a restart is
// in order, and little is held.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relayfleet::rtp::ReorderBuffer buffer({.max_held = 8});
  size_t held = 0;
  absl::Duration now;
  for (size_t i = 0; i + 1 < size; i += 2) {
    const auto sequence = static_cast<uint16_t>(data[i] << 8 | data[i + 1]);
    const uint64_t late = buffer.late();
    size_t out = 0;
    buffer.Push({.sequence = sequence}, now, [&](const relayfleet::rtp::RtpPacket&) { ++out; });
    now += absl::Milliseconds(1);
    held += buffer.late() > late ? 0 : 1;
    if (out > held || held - out > 8) std::abort();
    held -= out;
  }
  return 0;
}
