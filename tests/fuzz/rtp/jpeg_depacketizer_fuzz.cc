// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/jpeg_depacketizer.h"
#include "tests/fuzz/rtp/feed_packets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  relayfleet::rtp::JpegDepacketizer depacketizer(
      {.width = 4096, .height = 4096, .max_picture = 2000});
  return relayfleet::rtp::FeedPackets(data, size, 500, 2000, &depacketizer);
}
