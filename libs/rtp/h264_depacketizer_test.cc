// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h264_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Feeds packets and keeps what comes out, as hex, "!" before it if something is missing before.
class Feed {
 public:
  explicit Feed(H264Depacketizer::Options options = {}) : depacketizer_(options) {}

  std::vector<std::string> Push(uint16_t sequence, uint32_t timestamp, bool marker,
                                absl::string_view payload_hex) {
    const std::string payload = absl::HexStringToBytes(payload_hex);
    std::vector<std::string> out;
    for (const auto& unit : depacketizer_.Push({.marker = marker,
                                                .payload_type = 96,
                                                .sequence = sequence,
                                                .timestamp = timestamp,
                                                .ssrc = 1,
                                                .payload = payload})) {
      out.push_back((unit.discontinuity ? "!" : "") + absl::BytesToHexString(unit.bytes));
    }
    return out;
  }

  const H264Depacketizer& depacketizer() const { return depacketizer_; }

 private:
  H264Depacketizer depacketizer_;
};

TEST(H264Depacketizer, EmitsAtTheMarkerNotAtTheNextPacket) {
  Feed feed;
  EXPECT_THAT(feed.Push(1, 100, false, "6711"), IsEmpty());
  EXPECT_THAT(feed.Push(2, 100, true, "6522"), ElementsAre("000000016711000000016522"));
  EXPECT_THAT(feed.Push(3, 200, true, "4133"), ElementsAre("000000014133"));
}

TEST(H264Depacketizer, EmitsAtANewTimeWhenTheMarkerIsNeverSet) {
  Feed feed;
  EXPECT_THAT(feed.Push(1, 100, false, "6711"), IsEmpty());
  EXPECT_THAT(feed.Push(2, 200, false, "4133"), ElementsAre("000000016711"));
}

TEST(H264Depacketizer, DropsTheWholeUnitAroundALoss) {
  Feed feed;
  EXPECT_THAT(feed.Push(1, 100, false, "7c8501aa"), IsEmpty());
  EXPECT_THAT(feed.Push(3, 100, true, "7c45cc"), IsEmpty());
  EXPECT_THAT(feed.Push(4, 200, true, "4133"), ElementsAre("!000000014133"));
  EXPECT_THAT(feed.Push(5, 300, true, "4134"), ElementsAre("000000014134"));
  EXPECT_EQ(feed.depacketizer().lost_packets(), 1u);
  EXPECT_EQ(feed.depacketizer().dropped_units(), 1u);
}

// What is lost between two units may be the end of one, the beginning of the other, or both.
TEST(H264Depacketizer, LossBetweenUnitsTakesBoth) {
  Feed feed;
  EXPECT_THAT(feed.Push(1, 100, false, "4111"), IsEmpty());
  EXPECT_THAT(feed.Push(3, 200, true, "4122"), IsEmpty());
  EXPECT_THAT(feed.Push(4, 300, true, "4133"), ElementsAre("!000000014133"));
}

TEST(H264Depacketizer, LossBehindAMarkerTakesTheNextUnit) {
  Feed feed;
  EXPECT_THAT(feed.Push(0xffff, 100, true, "4111"), ElementsAre("000000014111"));
  EXPECT_THAT(feed.Push(1, 200, true, "4122"), IsEmpty());
  EXPECT_THAT(feed.Push(2, 300, true, "4133"), ElementsAre("!000000014133"));
  EXPECT_EQ(feed.depacketizer().lost_packets(), 1u);
}

TEST(H264Depacketizer, LeavesOutRepeatedAndLatePackets) {
  Feed feed;
  EXPECT_THAT(feed.Push(7, 100, true, "4111"), ElementsAre("000000014111"));
  EXPECT_THAT(feed.Push(7, 100, true, "4111"), IsEmpty());
  EXPECT_THAT(feed.Push(6, 90, true, "4110"), IsEmpty());
  EXPECT_THAT(feed.Push(8, 200, true, "4122"), ElementsAre("000000014122"));
}

TEST(H264Depacketizer, DropsMalformedPayloads) {
  for (const char* payload : {
           "",            // empty
           "7c",          // FU-A without header
           "7c45cc",      // FU-A end without start
           "7c8501",      // FU-A start without end
           "780005aabb",  // STAP-A longer than the packet
           "78000141aa",  // STAP-A with a rest
           "780000",      // STAP-A with an empty unit
           "1a1122",      // MTAP: interleaved mode
           "1f11",        // unknown
       }) {
    Feed feed;
    EXPECT_THAT(feed.Push(1, 100, true, payload), IsEmpty()) << payload;
    EXPECT_THAT(feed.Push(2, 200, true, "4133"), ElementsAre("!000000014133")) << payload;
  }
}

TEST(H264Depacketizer, DropsUnitsAboveTheLimit) {
  Feed feed({.max_access_unit = 10});
  EXPECT_THAT(feed.Push(1, 100, false, "7c8501020304050607"), IsEmpty());
  EXPECT_THAT(feed.Push(2, 100, true, "7c4501020304050607"), IsEmpty());
  EXPECT_THAT(feed.Push(3, 200, true, "4133"), ElementsAre("!000000014133"));
}

}  // namespace
}  // namespace relayfleet::rtp
