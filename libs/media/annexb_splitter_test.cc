// SPDX-License-Identifier: Apache-2.0

#include "libs/media/annexb_splitter.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::media {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

// Whole units: the first with parameter sets.
const std::string kKey = Hex("000000016742c01e0000000168ce3c800000000165b80010");
const std::string kDelta1 = Hex("00000001419a0102");
const std::string kDelta2 = Hex("00000001419a0304");

std::vector<std::string> Bytes(const std::vector<AnnexbSplitter::Unit>& units) {
  std::vector<std::string> bytes;
  for (const AnnexbSplitter::Unit& unit : units) bytes.push_back(unit.bytes);
  return bytes;
}

// Silences after whole units until they are believed; leaves nothing behind.
void EarnTrust(AnnexbSplitter* splitter) {
  splitter->Push(kKey);
  for (int i = 0; i < 4 && !splitter->OnSilence().has_value(); ++i) splitter->Push(kDelta1);
}

TEST(AnnexbSplitter, AUnitEndsWhereTheNextBegins) {
  AnnexbSplitter splitter({});
  EXPECT_THAT(Bytes(splitter.Push(kKey + kDelta1 + kDelta2)), ElementsAre(kKey, kDelta1));
  EXPECT_THAT(Bytes(splitter.Push(kKey)), ElementsAre(kDelta2));
  EXPECT_EQ(splitter.Finish()->bytes, kKey);
}

TEST(AnnexbSplitter, PiecesOfOneByteMakeTheSameUnits) {
  AnnexbSplitter splitter({});
  std::vector<std::string> units;
  for (const char byte : kKey + kDelta1 + kDelta2 + kKey) {
    for (auto& unit : splitter.Push(absl::string_view(&byte, 1))) units.push_back(unit.bytes);
  }
  EXPECT_THAT(units, ElementsAre(kKey, kDelta1, kDelta2));
}

TEST(AnnexbSplitter, SlicesOfOnePictureStayTogether) {
  AnnexbSplitter splitter({});
  const std::string second_slice = Hex("0000014152aa");  // first_mb_in_slice above 0, 3 bytes
  const auto units = splitter.Push(kKey + second_slice + kDelta1);
  EXPECT_THAT(Bytes(units), ElementsAre(kKey + second_slice));
}

TEST(AnnexbSplitter, DelimitersAndParameterSetsBeginAUnit) {
  AnnexbSplitter splitter({});
  const std::string delimiter = Hex("0000000109f0");
  EXPECT_THAT(Bytes(splitter.Push(delimiter + kKey + delimiter)), ElementsAre(delimiter + kKey));
  EXPECT_THAT(Bytes(splitter.Push(kDelta1 + Hex("000000016742c01e"))),
              ElementsAre(delimiter + kDelta1));
}

TEST(AnnexbSplitter, ThreeByteStartCodesBecomeFourAtTheBeginning) {
  AnnexbSplitter splitter({});
  const auto units = splitter.Push(Hex("000001674200000168ce00000165b8000001419a0000"));
  EXPECT_THAT(Bytes(units), ElementsAre(Hex("00000001674200000168ce00000165b8")));
}

TEST(AnnexbSplitter, KeyAndDiscontinuityAreTold) {
  AnnexbSplitter splitter({});
  const auto units = splitter.Push(Hex("aabbcc") + kKey + kDelta1 + kDelta2);
  ASSERT_THAT(units, SizeIs(2));
  EXPECT_TRUE(units[0].key && units[0].discontinuity);
  EXPECT_FALSE(units[1].key || units[1].discontinuity);
  EXPECT_EQ(splitter.skipped_bytes(), 3u);
}

TEST(AnnexbSplitter, GarbageIsSkippedAndNotKept) {
  AnnexbSplitter splitter({});
  EXPECT_THAT(splitter.Push(std::string(1 << 20, 'x')), IsEmpty());
  EXPECT_GT(splitter.skipped_bytes(), (1u << 20) - 8);
  EXPECT_THAT(Bytes(splitter.Push(kKey + kDelta1)), ElementsAre(kKey));
  EXPECT_EQ(splitter.skipped_bytes(), 1u << 20);
}

TEST(AnnexbSplitter, SilenceIsBelievedAfterThreeThatWereRight) {
  AnnexbSplitter splitter({});
  splitter.Push(kKey);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(splitter.waiting());
    EXPECT_FALSE(splitter.OnSilence().has_value());
    EXPECT_FALSE(splitter.waiting());
    EXPECT_THAT(splitter.Push(kDelta1), SizeIs(1));
  }
  EXPECT_EQ(splitter.OnSilence()->bytes, kDelta1);
  EXPECT_FALSE(splitter.waiting());
  splitter.Push(kDelta2);
  const auto unit = splitter.OnSilence();
  EXPECT_EQ(unit->bytes, kDelta2);
  EXPECT_FALSE(unit->discontinuity);
  EXPECT_EQ(splitter.skipped_bytes(), 0u);
}

TEST(AnnexbSplitter, AWriterThatKeepsTheEndOfEachUnitBackIsNotBelieved) {
  AnnexbSplitter splitter({});
  std::string stream = kKey;
  for (int i = 0; i < 50; ++i) stream += kDelta1;
  std::vector<std::string> units;
  for (size_t at = 0; at < stream.size(); at += 7) {
    for (auto& unit : splitter.Push(stream.substr(at, 7))) units.push_back(unit.bytes);
    EXPECT_FALSE(splitter.OnSilence().has_value());
  }
  EXPECT_EQ(splitter.damaged_units(), 0u);
  EXPECT_EQ(splitter.skipped_bytes(), 0u);
  EXPECT_THAT(units, SizeIs(50));
}

TEST(AnnexbSplitter, APauseInsideAUnitCostsThatUnitAndTrust) {
  AnnexbSplitter splitter({});
  EarnTrust(&splitter);
  splitter.Push(kDelta1.substr(0, 6));
  EXPECT_TRUE(splitter.OnSilence().has_value());
  EXPECT_THAT(splitter.Push(kDelta1.substr(6) + kDelta2), IsEmpty());
  EXPECT_EQ(splitter.damaged_units(), 1u);
  EXPECT_FALSE(splitter.OnSilence().has_value());
  const auto units = splitter.Push(kDelta1);
  ASSERT_THAT(units, SizeIs(1));
  EXPECT_EQ(units[0].bytes, kDelta2);
  EXPECT_TRUE(units[0].discontinuity);
}

TEST(AnnexbSplitter, SilenceWithoutAPictureEndsNothing) {
  AnnexbSplitter splitter({});
  EarnTrust(&splitter);
  splitter.Push(Hex("000000016742c01e"));
  EXPECT_FALSE(splitter.waiting());
  EXPECT_FALSE(splitter.OnSilence().has_value());
}

TEST(AnnexbSplitter, AUnitAboveTheLimitIsDroppedAndTheNextOneComes) {
  AnnexbSplitter splitter({.max_unit = 64});
  EXPECT_THAT(splitter.Push(kKey + std::string(100, 'x')), IsEmpty());
  EXPECT_EQ(splitter.damaged_units(), 1u);
  const auto units = splitter.Push(std::string(30, 'x') + kDelta1 + kDelta2);
  ASSERT_THAT(units, SizeIs(1));
  EXPECT_EQ(units[0].bytes, kDelta1);
  EXPECT_TRUE(units[0].discontinuity);
}

TEST(AnnexbSplitter, FinishGivesTheLastUnitAndBeginsAnew) {
  AnnexbSplitter splitter({});
  splitter.Push(kKey + kDelta1.substr(0, 6));
  EXPECT_EQ(splitter.Finish()->bytes, kDelta1.substr(0, 6));
  EXPECT_FALSE(splitter.Finish().has_value());
  EXPECT_THAT(splitter.Push(kKey + kDelta1), SizeIs(1));
}

}  // namespace
}  // namespace relayfleet::media
