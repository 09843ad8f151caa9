// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h264_depacketizer.h"
#include "tests/fuzz/rtp/feed_packets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relayfleet::rtp::H264Depacketizer depacketizer({.max_access_unit = 1000});
  return relayfleet::rtp::FeedPackets(data, size, 5, 1000, &depacketizer);
}
