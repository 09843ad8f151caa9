// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/video_probe.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {
namespace {

// 1280x720, without picture data that anybody could decode.
std::string Jpeg() {
  return absl::HexStringToBytes(
      "ffd8ffc0001108"
      "02d0"
      "0500"
      "03012200021100031100"
      "ffda0008010100003f00010203ffd9");
}
// Made by x264: 1280x720.
std::string H264Key() {
  const std::string start("\0\0\0\1", 4);
  return absl::StrCat(start,
                      absl::HexStringToBytes("6742c01fd9005005bb0110000003001000000300a0f1832480"),
                      start, "\x68pps", start, "\x65idr");
}

VideoProbe::Verdict Check(VideoProbe& probe, std::string payload, bool key = true) {
  return probe.Check({.key = key, .payload = media::MakePayload(std::move(payload))});
}

TEST(VideoProbe, KnowsJpegsByTheFirstGoodOne) {
  VideoProbe probe({.codec = media::Codec::kJpeg});
  EXPECT_FALSE(probe.known());
  EXPECT_FALSE(Check(probe, "noise").pass);
  const auto first = Check(probe, Jpeg());
  EXPECT_TRUE(first.pass);
  EXPECT_TRUE(first.changed);
  EXPECT_EQ(probe.track().width, 1280);
  EXPECT_EQ(probe.track().height, 720);
  // Transcode judges the others.
  EXPECT_TRUE(Check(probe, "noise").pass);
  EXPECT_FALSE(Check(probe, Jpeg()).changed);
}

TEST(VideoProbe, KnowsH264ByItsParameterSetsInBand) {
  VideoProbe probe({.codec = media::Codec::kH264});
  EXPECT_FALSE(Check(probe, std::string("\0\0\0\1\x41p", 6), false).pass);
  const auto first = Check(probe, H264Key());
  EXPECT_TRUE(first.pass);
  EXPECT_TRUE(first.changed);
  EXPECT_EQ(probe.track().width, 1280);
  EXPECT_EQ(probe.track().pps, "\x68pps");
}

TEST(VideoProbe, TakesOtherCodecsAsTheyAreDescribed) {
  VideoProbe probe({.codec = media::Codec::kLibav, .codec_name = "vp8"});
  EXPECT_TRUE(probe.known());
  EXPECT_TRUE(Check(probe, "vp8", false).pass);
}

}  // namespace
}  // namespace relayfleet::ingest
