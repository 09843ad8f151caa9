// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/parameter_sets.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/media/annexb.h"

namespace relayfleet::ingest {
namespace {

const std::string kSps = "\x67sps";
const std::string kPps = "\x68pps";
const std::string kIdr = "\x65idr";
const std::string kDelimiter = "\x09\xf0";

std::string UnitOf(std::initializer_list<absl::string_view> nals) {
  std::string unit;
  for (const absl::string_view nal : nals) media::AppendNal(nal, &unit);
  return unit;
}

media::Track H264() {
  media::Track track;
  track.codec = media::Codec::kH264;
  track.sps = kSps;
  track.pps = kPps;
  return track;
}

TEST(ParameterSets, GoInFrontOfThePicture) {
  EXPECT_EQ(WithParameterSets(UnitOf({kIdr}), H264()), UnitOf({kSps, kPps, kIdr}));
}

TEST(ParameterSets, GoBehindADelimiter) {
  EXPECT_EQ(WithParameterSets(UnitOf({kDelimiter, kIdr}), H264()),
            UnitOf({kDelimiter, kSps, kPps, kIdr}));
}

TEST(ParameterSets, StayAsTheyAreWhereTheUnitHasThem) {
  const std::string unit = UnitOf({"\x67other", "\x68other", kIdr});
  EXPECT_EQ(WithParameterSets(unit, H264()), unit);
}

TEST(ParameterSets, OfH265ComeInTheirOrder) {
  media::Track track;
  track.codec = media::Codec::kH265;
  track.vps = "\x40\1v";
  track.sps = "\x42\1s";
  track.pps = "\x44\1p";
  const std::string idr = "\x26\1i";
  EXPECT_EQ(WithParameterSets(UnitOf({idr}), track),
            UnitOf({track.vps, track.sps, track.pps, idr}));
}

}  // namespace
}  // namespace relayfleet::ingest
