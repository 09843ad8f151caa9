// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h265_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/rtp/testing/feed.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using testing::Feed;
using ::testing::IsEmpty;

class H265DepacketizerTest : public ::testing::Test {
 protected:
  H265Depacketizer depacketizer_{{.max_access_unit = 100}};
  Feed feed_{&depacketizer_};
};

TEST_F(H265DepacketizerTest, EmitsSingleUnitsAtTheMarker) {
  EXPECT_THAT(feed_.Push(1, 100, false, "420111"), IsEmpty());  // SPS
  EXPECT_THAT(feed_.Push(2, 100, true, "260122"),               // IDR
              ElementsAre("K0000000142011100000001260122"));
  EXPECT_THAT(feed_.Push(3, 200, true, "020133"), ElementsAre("00000001020133"));
}

TEST_F(H265DepacketizerTest, EachIrapPictureIsAKey) {
  EXPECT_THAT(feed_.Push(1, 100, true, "200111"), ElementsAre("K00000001200111"));  // BLA
  EXPECT_THAT(feed_.Push(2, 200, true, "2a0111"), ElementsAre("K000000012a0111"));  // CRA
  EXPECT_THAT(feed_.Push(3, 300, true, "120111"), ElementsAre("00000001120111"));   // RASL
}

TEST_F(H265DepacketizerTest, TakesAggregatesApart) {
  EXPECT_THAT(feed_.Push(1, 100, true, "6001000342011100042601aabb"),
              ElementsAre("K00000001420111000000012601aabb"));
}

TEST_F(H265DepacketizerTest, PutsFragmentsTogether) {
  EXPECT_THAT(feed_.Push(1, 100, false, "620193aabb"), IsEmpty());  // start, IDR_W_RADL
  EXPECT_THAT(feed_.Push(2, 100, false, "620113cc"), IsEmpty());
  EXPECT_THAT(feed_.Push(3, 100, true, "620153dd"), ElementsAre("K000000012601aabbccdd"));
}

TEST_F(H265DepacketizerTest, DropsTheWholeUnitAroundALoss) {
  EXPECT_THAT(feed_.Push(1, 100, false, "620193aa"), IsEmpty());
  EXPECT_THAT(feed_.Push(3, 100, true, "620153dd"), IsEmpty());
  EXPECT_THAT(feed_.Push(4, 200, true, "020133"), ElementsAre("!00000001020133"));
  EXPECT_EQ(depacketizer_.lost_packets(), 1u);
  EXPECT_EQ(depacketizer_.dropped_units(), 1u);
}

TEST_F(H265DepacketizerTest, DropsMalformedPayloads) {
  for (const char* payload : {
           "",                  // empty
           "4201",              // only a header
           "620193",            // FU without bytes
           "620193aa",          // FU start without end
           "620153aa",          // FU end without start
           "6001",              // AP of nothing
           "60010009aabb",      // AP longer than the packet
           "6001000342010100",  // AP with a rest
           "640111",            // PACI
       }) {
    H265Depacketizer depacketizer({});
    Feed feed(&depacketizer);
    EXPECT_THAT(feed.Push(1, 100, true, payload), IsEmpty()) << payload;
    EXPECT_THAT(feed.Push(2, 200, true, "020133"), ElementsAre("!00000001020133")) << payload;
  }
}

TEST_F(H265DepacketizerTest, DropsUnitsAboveTheLimit) {
  const std::string half(120, 'a');
  EXPECT_THAT(feed_.Push(1, 100, false, "620193" + half), IsEmpty());
  EXPECT_THAT(feed_.Push(2, 100, true, "620153" + half), IsEmpty());
  EXPECT_THAT(feed_.Push(3, 200, true, "020133"), ElementsAre("!00000001020133"));
}

}  // namespace
}  // namespace relayfleet::rtp
