// SPDX-License-Identifier: Apache-2.0

#include "libs/media/h264_sps.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"

namespace relayfleet::media {
namespace {

// Made by x264.
constexpr char kBaseline720p[] = "6742c01fd9005005bb0110000003001000000300a0f1832480";
constexpr char kHigh1080p[] = "67640028acd940780227e5c044000003000400000300283c60c658";
constexpr char kHighWithB[] = "6764001eacd940a02ff97011000003000100000300320f162d96";
constexpr char kHighWithoutB[] = "6764001eacb201405ff2e022000007d20001d4c01e2c5c90";
constexpr char kHigh444[] = "67f40016919b281407b6022000000300200000030141e2c5b2c0";
constexpr char kInterlaced1080[] = "67f40028919b280f0089f97011000003000100000300321f162d96";
// With tune=zerolatency, which says that all pictures last equally long.
constexpr char kZeroLatency[] = "6742c00dda0507e840000003004000000f23c50aa8";
// Made by hand: two zero bytes, then the byte of fixed_frame_rate_flag.
constexpr char kEndsInZeros[] = "6742c01fda0813a880000003008001000042";

absl::StatusOr<H264Sps> ParseHex(const char* hex) {
  return ParseH264Sps(absl::HexStringToBytes(hex));
}

TEST(H264Sps, ReadsBaseline) {
  const H264Sps expected = {.profile_idc = 66,
                            .constraint_flags = 0xc0,
                            .level_idc = 31,
                            .width = 1280,
                            .height = 720,
                            .fps = 5,
                            .max_reorder_frames = 0};
  ASSERT_TRUE(ParseHex(kBaseline720p).ok());
  EXPECT_EQ(*ParseHex(kBaseline720p), expected);
}

TEST(H264Sps, CropsToThePicture) {
  const absl::StatusOr<H264Sps> sps = ParseHex(kHigh1080p);
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->profile_idc, 100);
  EXPECT_EQ(sps->level_idc, 40);
  EXPECT_EQ(sps->width, 1920);
  EXPECT_EQ(sps->height, 1080);
}

TEST(H264Sps, KnowsWhetherPicturesAreReordered) {
  const absl::StatusOr<H264Sps> with_b = ParseHex(kHighWithB);
  ASSERT_TRUE(with_b.ok());
  EXPECT_EQ(with_b->max_reorder_frames, 2);
  EXPECT_EQ(with_b->fps, 25);
  const absl::StatusOr<H264Sps> without_b = ParseHex(kHighWithoutB);
  ASSERT_TRUE(without_b.ok());
  EXPECT_EQ(without_b->max_reorder_frames, 0);
  EXPECT_NEAR(without_b->fps, 29.97, 0.001);
}

TEST(H264Sps, TheFrameRateCanBeMadeVariableAndNothingElseChanges) {
  for (const char* hex : {kZeroLatency, kEndsInZeros}) {
    const std::string nal = absl::HexStringToBytes(hex);
    absl::StatusOr<H264Sps> expected = ParseH264Sps(nal);
    ASSERT_TRUE(expected.ok());
    EXPECT_TRUE(expected->fixed_frame_rate) << hex;
    expected->fixed_frame_rate = false;
    const std::string variable = WithVariableFrameRate(nal);
    const absl::StatusOr<H264Sps> sps = ParseH264Sps(variable);
    ASSERT_TRUE(sps.ok());
    EXPECT_EQ(*sps, *expected);
    EXPECT_EQ(WithVariableFrameRate(variable), variable);
  }
}

TEST(H264Sps, WhatLooksLikeAStartCodeWithoutTheFlagIsEscaped) {
  const std::string variable = WithVariableFrameRate(absl::HexStringToBytes(kEndsInZeros));
  EXPECT_EQ(absl::BytesToHexString(variable.substr(variable.size() - 4)), "00000302");
}

TEST(H264Sps, WhatIsVariableOrNoSpsStaysAsItIs) {
  EXPECT_EQ(WithVariableFrameRate(""), "");
  EXPECT_EQ(WithVariableFrameRate("\x67\x42"), "\x67\x42");
  const std::string variable = absl::HexStringToBytes(kBaseline720p);
  EXPECT_EQ(WithVariableFrameRate(variable), variable);
}

TEST(H264Sps, AVuiThatIsCutShortSaysNothing) {
  const std::string sps = absl::HexStringToBytes(kHighWithB);
  const absl::StatusOr<H264Sps> cut = ParseH264Sps(sps.substr(0, sps.size() - 4));
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->width, 640);
  EXPECT_EQ(cut->max_reorder_frames, std::nullopt);
}

TEST(H264Sps, KnowsOtherChromaFormats) {
  const absl::StatusOr<H264Sps> sps = ParseHex(kHigh444);
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->width, 640);
  EXPECT_EQ(sps->height, 480);
}

TEST(H264Sps, CountsFieldsTwice) {
  const absl::StatusOr<H264Sps> sps = ParseHex(kInterlaced1080);
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->width, 1920);
  EXPECT_EQ(sps->height, 1080);
  EXPECT_TRUE(sps->interlaced);
}

TEST(H264Sps, RefusesEachShortenedOne) {
  const std::string sps = absl::HexStringToBytes(kBaseline720p);
  // The size is complete in the first 9 bytes; what follows is not read.
  for (size_t size = 0; size < 8; ++size) {
    EXPECT_FALSE(ParseH264Sps(sps.substr(0, size)).ok()) << size;
  }
}

TEST(H264Sps, RefusesOtherUnitsAndImpossibleSizes) {
  EXPECT_FALSE(ParseHex("68ce3c80").ok());
  // Width code of 2^31: 31 zeros, 1, …
  EXPECT_FALSE(ParseHex("6742c01ff0000000010000000140").ok());
}

}  // namespace
}  // namespace relayfleet::media
