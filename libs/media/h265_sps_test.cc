// SPDX-License-Identifier: Apache-2.0

#include "libs/media/h265_sps.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "libs/media/annexb.h"

namespace relayfleet::media {
namespace {

// Made by x265.
constexpr char kMain720p[] =
    "42010101600000030090000003000003005da00280802d165959a4932bc05a020000030002000003003210";
constexpr char kMain1080p[] =
    "420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84";

absl::StatusOr<H265Sps> ParseHex(const char* hex) {
  return ParseH265Sps(absl::HexStringToBytes(hex));
}

TEST(H265Sps, ReadsProfileLevelAndSize) {
  ASSERT_TRUE(ParseHex(kMain720p).ok());
  EXPECT_EQ(*ParseHex(kMain720p),
            (H265Sps{.profile_idc = 1, .level_idc = 93, .width = 1280, .height = 720}));
}

TEST(H265Sps, CropsToThePicture) {
  ASSERT_TRUE(ParseHex(kMain1080p).ok());
  EXPECT_EQ(ParseHex(kMain1080p)->width, 1920);
  EXPECT_EQ(ParseHex(kMain1080p)->height, 1080);
}

TEST(H265Sps, RefusesWhatIsCutShortOrAnotherUnit) {
  const std::string sps = absl::HexStringToBytes(kMain720p);
  for (size_t size = 0; size < 22; ++size) {
    EXPECT_FALSE(ParseH265Sps(sps.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(ParseHex("4401c172b46240").ok());
}

TEST(H265KeyUnits, FindsTheFirstOfEachKind) {
  std::string unit;
  AppendNal("\x46\x01\x50", &unit);
  AppendNal("\x40\x01v", &unit);
  AppendNal("\x42\x01s", &unit);
  AppendNal("\x44\x01p", &unit);
  AppendNal("\x26\x01i", &unit);
  AppendNal("\x26\x01j", &unit);
  const H265KeyUnits units = FindH265KeyUnits(unit);
  EXPECT_EQ(units.vps, "\x40\x01v");
  EXPECT_EQ(units.sps, "\x42\x01s");
  EXPECT_EQ(units.pps, "\x44\x01p");
  EXPECT_EQ(units.irap, "\x26\x01i");
}

}  // namespace
}  // namespace relayfleet::media
