// SPDX-License-Identifier: Apache-2.0

#include "libs/media/annexb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"

namespace relayfleet::media {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> NalsInHex(absl::string_view hex) {
  const std::string bytes = absl::HexStringToBytes(hex);
  std::vector<std::string> nals;
  for (NalReader reader(bytes); reader.Next();)
    nals.push_back(absl::BytesToHexString(reader.nal()));
  return nals;
}

TEST(NalReader, TakesStartCodesOfThreeAndFourBytes) {
  EXPECT_THAT(NalsInHex("000001678899000000016855000001654433"),
              ElementsAre("678899", "6855", "654433"));
}

TEST(NalReader, SkipsEmptyUnitsBytesBeforeAndZerosBehind) {
  EXPECT_THAT(NalsInHex("ffee00000001000001000000016755000000"), ElementsAre("6755"));
}

TEST(NalReader, KeepsEmulationPreventionBytes) {
  EXPECT_THAT(NalsInHex("0000016700000301"), ElementsAre("6700000301"));
}

TEST(NalReader, FindsNothingWithoutStartCode) {
  EXPECT_THAT(NalsInHex(""), IsEmpty());
  EXPECT_THAT(NalsInHex("6788990000"), IsEmpty());
  EXPECT_THAT(NalsInHex("000001"), IsEmpty());
}

TEST(NalReader, PointsIntoTheCallersBytes) {
  const std::string bytes("\0\0\0\1\x65\x01", 6);
  NalReader reader(bytes);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.nal().data(), bytes.data() + 4);
}

TEST(FindKeyUnits, GivesTheFirstOfEachKind) {
  std::string access_unit;
  for (const char* hex : {"0910", "6701", "6801", "6501", "6502"}) {
    AppendNal(absl::HexStringToBytes(hex), &access_unit);
  }
  const KeyUnits units = FindKeyUnits(access_unit);
  EXPECT_EQ(absl::BytesToHexString(units.sps), "6701");
  EXPECT_EQ(absl::BytesToHexString(units.pps), "6801");
  EXPECT_EQ(absl::BytesToHexString(units.idr), "6501");
}

TEST(FindKeyUnits, FindsNoneInAnOrdinaryPicture) {
  std::string access_unit;
  AppendNal(absl::HexStringToBytes("419a"), &access_unit);
  EXPECT_TRUE(FindKeyUnits(access_unit).idr.empty());
  EXPECT_TRUE(FindKeyUnits(access_unit).sps.empty());
}

}  // namespace
}  // namespace relayfleet::media
