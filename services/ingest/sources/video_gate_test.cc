// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/video_gate.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace relayfleet::ingest {
namespace {

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

const std::string kSps = Hex("6742c01fda014016e9a808080a0000");
const std::string kPps = Hex("68ce3c80");
const std::string kIdr = Hex("0000000165b80010");
const std::string kDelta = Hex("00000001419a0102");

std::string Start(const std::string& nal) { return Hex("00000001") + nal; }

TEST(VideoGate, OpensAtAKeyFrameWithParameterSetsInBand) {
  VideoGate gate({.codec = media::Codec::kH264});
  EXPECT_FALSE(gate.Check(kDelta, false, false).pass);
  EXPECT_FALSE(gate.Check(kIdr, true, false).pass);
  EXPECT_TRUE(gate.waiting());
  const auto verdict = gate.Check(Start(kSps) + Start(kPps) + kIdr, true, false);
  EXPECT_TRUE(verdict.pass);
  ASSERT_TRUE(verdict.info.has_value());
  EXPECT_EQ(verdict.info->tracks[0].pps, kPps);
  EXPECT_EQ(verdict.info->generation, 1u);
  EXPECT_TRUE(gate.Check(kDelta, false, false).pass);
}

TEST(VideoGate, TakesParameterSetsOfTheTrack) {
  VideoGate gate({.codec = media::Codec::kH264, .sps = kSps, .pps = kPps});
  const auto verdict = gate.Check(kIdr, true, false);
  EXPECT_TRUE(verdict.pass && verdict.info.has_value());
}

TEST(VideoGate, WhatIsMissingClosesItUntilTheNextKeyFrame) {
  VideoGate gate({.codec = media::Codec::kH264, .sps = kSps, .pps = kPps});
  gate.Check(kIdr, true, false);
  EXPECT_FALSE(gate.Check(kDelta, false, true).pass);
  EXPECT_FALSE(gate.Check(kDelta, false, false).pass);
  const auto verdict = gate.Check(kIdr, true, false);
  EXPECT_TRUE(verdict.pass);
  EXPECT_FALSE(verdict.info.has_value());
  gate.OnGap();
  EXPECT_FALSE(gate.Check(kDelta, false, false).pass);
  EXPECT_TRUE(gate.Check(kIdr, true, true).pass);
}

TEST(VideoGate, ChangedParameterSetsAreANewGeneration) {
  VideoGate gate({.codec = media::Codec::kH264, .sps = kSps, .pps = kPps});
  gate.Check(kIdr, true, false);
  const std::string other = Start(kSps) + Start(Hex("68ce3c81")) + kIdr;
  const auto verdict = gate.Check(other, true, false);
  ASSERT_TRUE(verdict.info.has_value());
  EXPECT_EQ(verdict.info->generation, 2u);
  EXPECT_EQ(gate.generation(), 2u);
  EXPECT_FALSE(gate.Check(other, true, false).info.has_value());
}

TEST(VideoGate, H265NeedsAllThreeSets) {
  VideoGate gate({.codec = media::Codec::kH265});
  const std::string idr = Hex("000000012601af08");
  EXPECT_FALSE(gate.Check(Hex("00000001420101") + Hex("000000014401c1") + idr, true, false).pass);
  const auto verdict = gate.Check(Hex("0000000140010c") + idr, true, false);
  ASSERT_TRUE(verdict.info.has_value());
  EXPECT_EQ(verdict.info->tracks[0].vps, Hex("40010c"));
  EXPECT_EQ(verdict.info->tracks[0].sps, Hex("420101"));
}

}  // namespace
}  // namespace relayfleet::ingest
