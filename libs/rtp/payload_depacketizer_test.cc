// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/payload_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/rtp/testing/feed.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using testing::Feed;
using ::testing::IsEmpty;

TEST(PayloadDepacketizer, EachPayloadIsAFrameWhateverItsMarker) {
  PayloadDepacketizer depacketizer;
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.Push(1, 0, true, "aa"), ElementsAre("Kaa"));
  EXPECT_THAT(feed.Push(2, 960, false, "bb"), ElementsAre("Kbb"));
  EXPECT_THAT(feed.Push(2, 960, false, "bb"), IsEmpty());
}

TEST(PayloadDepacketizer, TellsOfWhatIsMissing) {
  PayloadDepacketizer depacketizer;
  Feed feed(&depacketizer);
  feed.Push(1, 0, false, "aa");
  EXPECT_THAT(feed.Push(4, 480, false, "bb"), ElementsAre("!Kbb"));
  EXPECT_EQ(depacketizer.lost_packets(), 2u);
  EXPECT_THAT(feed.Push(5, 640, false, ""), IsEmpty());
  EXPECT_THAT(feed.Push(6, 800, false, "cc"), ElementsAre("!Kcc"));
  EXPECT_EQ(depacketizer.dropped_units(), 1u);
}

}  // namespace
}  // namespace relayfleet::rtp
