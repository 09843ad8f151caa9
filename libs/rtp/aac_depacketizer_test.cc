// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/aac_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/rtp/testing/feed.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using testing::Feed;
using ::testing::IsEmpty;

TEST(AacDepacketizer, ReadsOneFrameInOnePacket) {
  AacDepacketizer depacketizer({});
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.Push(1, 0, true, "00100018aabbcc"), ElementsAre("Kaabbcc"));
}

TEST(AacDepacketizer, GivesEachOfSeveralFramesItsTime) {
  AacDepacketizer depacketizer({});
  Feed feed(&depacketizer);
  const auto units = feed.PushBytes(1, 0xffffff00, true,
                                    absl::HexStringToBytes("003000180010"
                                                           "0008"
                                                           "aabbccddeeff"));
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(units[0].bytes, "\xaa\xbb\xcc");
  EXPECT_EQ(units[1].bytes, "\xdd\xee");
  EXPECT_EQ(units[1].rtp_time, 0x300u);
  EXPECT_EQ(units[2].bytes, "\xff");
  EXPECT_EQ(units[2].rtp_time, 0x700u);
}

TEST(AacDepacketizer, PutsFragmentsTogether) {
  AacDepacketizer depacketizer({});
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.Push(1, 7, false, "00100028aabb"), IsEmpty());
  EXPECT_THAT(feed.Push(2, 7, false, "00100028cc"), IsEmpty());
  EXPECT_THAT(feed.Push(3, 7, true, "00100028ddee"), ElementsAre("Kaabbccddee"));
}

TEST(AacDepacketizer, ReadsTheLowBitRateMode) {
  AacDepacketizer depacketizer({.size_length = 6, .index_length = 2, .index_delta_length = 2});
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.Push(1, 0, true, "00100804aabbcc"), ElementsAre("Kaabb", "Kcc"));
}

TEST(AacDepacketizer, DropsAFrameThatLostAPart) {
  AacDepacketizer depacketizer({});
  Feed feed(&depacketizer);
  feed.Push(1, 7, false, "00100028aabb");
  EXPECT_THAT(feed.Push(3, 7, true, "00100028ddee"), IsEmpty());
  EXPECT_THAT(feed.Push(4, 1031, true, "00100008aa"), ElementsAre("!Kaa"));
  feed.Push(5, 2055, false, "00100028aabb");
  EXPECT_THAT(feed.Push(6, 3079, true, "00100008bb"), ElementsAre("!Kbb"));
  EXPECT_EQ(depacketizer.lost_packets(), 1u);
}

TEST(AacDepacketizer, DropsMalformedPayloads) {
  for (const char* payload : {
           "",                // empty
           "0010",            // no header
           "00100018",        // no frame
           "00000018aabbcc",  // no frames
           "00100000aa",      // frame of no bytes
           "00110018aabbcc",  // half a header
           "00100019aabbcc",  // interleaved
           "00100028aabb",    // ends too early
           "ffff0018aabbcc",  // more headers than bytes
       }) {
    AacDepacketizer depacketizer({});
    Feed feed(&depacketizer);
    EXPECT_THAT(feed.Push(1, 0, true, payload), IsEmpty()) << payload;
    EXPECT_THAT(feed.Push(2, 1024, true, "00100008aa"), ElementsAre("!Kaa")) << payload;
  }
}

TEST(AacDepacketizer, KeepsTheWholeFramesOfACutPacket) {
  AacDepacketizer depacketizer({});
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.Push(1, 0, true, "002000080028aabb"), ElementsAre("Kaa"));
  EXPECT_EQ(depacketizer.dropped_units(), 1u);
}

}  // namespace
}  // namespace relayfleet::rtp
