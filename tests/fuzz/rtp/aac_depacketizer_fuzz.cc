// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/aac_depacketizer.h"
#include "tests/fuzz/rtp/feed_packets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relayfleet::rtp::AacDepacketizer depacketizer({.max_frame = 1000});
  return relayfleet::rtp::FeedPackets(data, size, 1, 1300, &depacketizer);
}
