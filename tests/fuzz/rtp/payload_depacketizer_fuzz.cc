// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/payload_depacketizer.h"
#include "tests/fuzz/rtp/feed_packets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relayfleet::rtp::PayloadDepacketizer depacketizer;
  return relayfleet::rtp::FeedPackets(data, size, 1, 255, &depacketizer);
}
