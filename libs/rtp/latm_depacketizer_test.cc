// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/latm_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/rtp/testing/feed.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using testing::Feed;
using ::testing::IsEmpty;

TEST(LatmDepacketizer, TakesTheLengthOff) {
  LatmDepacketizer depacketizer;
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.Push(1, 0, true, "03aabbcc"), ElementsAre("Kaabbcc"));
  EXPECT_THAT(feed.Push(2, 1024, true, "02aabb00"), ElementsAre("Kaabb"));  // padded
}

TEST(LatmDepacketizer, AddsUpLongFramesInSeveralPackets) {
  LatmDepacketizer depacketizer;
  Feed feed(&depacketizer);
  EXPECT_THAT(feed.PushBytes(1, 0, false, "\xff\x01" + std::string(200, 'a')), IsEmpty());
  const auto units = feed.PushBytes(2, 0, true, std::string(56, 'b'));
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].bytes, std::string(200, 'a') + std::string(56, 'b'));
}

TEST(LatmDepacketizer, DropsWhatIsTooShort) {
  for (const char* payload : {"", "00", "03aabb", "ff", "ff01"}) {
    LatmDepacketizer depacketizer;
    Feed feed(&depacketizer);
    EXPECT_THAT(feed.Push(1, 0, true, payload), IsEmpty()) << payload;
    EXPECT_THAT(feed.Push(2, 1024, true, "01aa"), ElementsAre("!Kaa")) << payload;
  }
}

}  // namespace
}  // namespace relayfleet::rtp
