// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/new_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "libs/rtp/testing/feed.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using testing::Feed;

media::Track AacTrack(int64_t clock_rate, const char* config_hex) {
  return {.codec = media::Codec::kAac,
          .clock_rate = clock_rate,
          .config = absl::HexStringToBytes(config_hex)};
}

TEST(NewDepacketizer, MakesTheOneOfTheCodec) {
  const std::vector<std::pair<media::Codec, const char*>> payloads = {
      {media::Codec::kH264, "6511"},
      {media::Codec::kH265, "260111"},
      {media::Codec::kAac, "00100008aa"},
      {media::Codec::kOpus, "aa"},
      {media::Codec::kPcmu, "aa"},
      {media::Codec::kPcma, "aa"},
      {media::Codec::kJpeg, "0000000001325a0aaabb"}};
  for (const auto& [codec, payload] : payloads) {
    auto made = NewDepacketizer({.codec = codec}, {});
    ASSERT_TRUE(made.ok());
    Feed feed(made->get());
    EXPECT_EQ(feed.Push(1, 0, true, payload).size(), 1u) << payload;
  }
  EXPECT_FALSE(NewDepacketizer({.codec = media::Codec::kLibav}, {}).ok());
}

TEST(NewDepacketizer, ReadsAacAsItsDescriptionSays) {
  auto low = NewDepacketizer(AacTrack(8000, "1588"), {.parameters = {{"mode", "AAC-lbr"}}});
  ASSERT_TRUE(low.ok());
  EXPECT_THAT(Feed(low->get()).Push(1, 0, true, "000808aabb"), ElementsAre("Kaabb"));
  auto latm = NewDepacketizer(AacTrack(44100, "1210"), {.encoding = "MP4A-LATM"});
  ASSERT_TRUE(latm.ok());
  EXPECT_THAT(Feed(latm->get()).Push(1, 0, true, "02aabb"), ElementsAre("Kaabb"));
  EXPECT_FALSE(
      NewDepacketizer(AacTrack(44100, "1210"), {.parameters = {{"ctsdeltalength", "8"}}}).ok());
}

TEST(NewDepacketizer, KnowsHowLongAFrameIs) {
  const std::vector<std::pair<media::Track, uint32_t>> tracks = {
      {AacTrack(44100, "1210"), 1024},      // LC
      {AacTrack(44100, "1214"), 960},       // short frames
      {AacTrack(44100, "2b920800"), 2048},  // SBR, clock of its output
      {AacTrack(22050, "2b920800"), 1024},  // SBR, clock of its core
      {AacTrack(90000, "1210"), 2089}};
  for (const auto& [track, ticks] : tracks) {
    auto made = NewDepacketizer(track, {});
    ASSERT_TRUE(made.ok());
    const auto units =
        Feed(made->get()).PushBytes(1, 0, true, absl::HexStringToBytes("002000080008aabb"));
    ASSERT_EQ(units.size(), 2u);
    EXPECT_EQ(units[1].rtp_time, ticks);
  }
}

}  // namespace
}  // namespace relayfleet::rtp
