// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/skip_policy.h"

#include <gtest/gtest.h>

#include <string>

namespace relayfleet::transcode {
namespace {

// Feeds two windows of a stream in which one picture of `period` is needed by others.
bool Skips(double output_fps, int input_fps, int period) {
  SkipPolicy policy(output_fps);
  for (int i = 0; i <= 2 * SkipPolicy::kWindow; ++i) {
    policy.OnPacket(i % period != 0, i * media::kVideoClockRate / input_fps);
  }
  return policy.skipping();
}

TEST(SkipPolicy, SkipsWhenWhatIsLeftIsEnough) {
  EXPECT_TRUE(Skips(5, 30, 4));
  EXPECT_TRUE(Skips(15, 30, 2));
}

TEST(SkipPolicy, DoesNotSkipWhatIsWantedOrNotThere) {
  EXPECT_FALSE(Skips(0, 30, 4));   // all is wanted
  EXPECT_FALSE(Skips(20, 30, 4));  // more than half
  EXPECT_FALSE(Skips(10, 30, 4));  // 7.5 would be left
  EXPECT_FALSE(Skips(5, 30, 1));   // every picture is needed
}

TEST(SkipPolicy, EndsWhenTheStreamChanges) {
  SkipPolicy policy(5);
  int64_t dts = 0;
  for (int i = 0; i <= 64; ++i) policy.OnPacket(i % 3 != 0, dts += 3000);
  EXPECT_TRUE(policy.skipping());
  for (int i = 0; i <= 64; ++i) policy.OnPacket(i % 3 != 0, dts += 15000);  // 6 per second
  EXPECT_FALSE(policy.skipping());
}

TEST(IsNonReference, ReadsTheFirstSlice) {
  const auto unit = [](std::string nal) { return std::string("\0\0\0\1", 4) + nal; };
  const std::string sei = unit("\x06\x05\x01");
  EXPECT_TRUE(IsNonReference(media::Codec::kH264, sei + unit("\x01\x9a")));
  EXPECT_FALSE(IsNonReference(media::Codec::kH264, sei + unit("\x41\x9a")));
  EXPECT_FALSE(IsNonReference(media::Codec::kH264, unit("\x65\x88")));
  EXPECT_TRUE(IsNonReference(media::Codec::kH265, unit(std::string("\x00\x01\x10", 3))));
  EXPECT_FALSE(IsNonReference(media::Codec::kH265, unit("\x02\x01\x10")));
  EXPECT_FALSE(IsNonReference(media::Codec::kH265, unit("\x26\x01\x10")));
  EXPECT_FALSE(IsNonReference(media::Codec::kLibav, "abc"));
  EXPECT_FALSE(IsNonReference(media::Codec::kH264, ""));
}

}  // namespace
}  // namespace relayfleet::transcode
