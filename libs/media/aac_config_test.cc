// SPDX-License-Identifier: Apache-2.0

#include "libs/media/aac_config.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace relayfleet::media {
namespace {

absl::StatusOr<AacConfig> ParseHex(const char* hex) {
  return ParseAacConfig(absl::HexStringToBytes(hex));
}

TEST(AacConfig, ReadsLowComplexity) {
  ASSERT_TRUE(ParseHex("1210").ok());
  EXPECT_EQ(*ParseHex("1210"), (AacConfig{.object_type = 2,
                                          .sample_rate = 44100,
                                          .output_rate = 44100,
                                          .channels = 2,
                                          .frame_samples = 1024,
                                          .bits = 16}));
  EXPECT_EQ(ParseHex("1588")->sample_rate, 8000);
  EXPECT_EQ(ParseHex("1588")->channels, 1);
  EXPECT_EQ(ParseHex("1214")->frame_samples, 960);
}

TEST(AacConfig, ReadsTheCoreBehindSbr) {
  const auto config = ParseHex("2b920800");  // 22050 Hz core, 44100 Hz out, stereo
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->object_type, 2);
  EXPECT_EQ(config->sample_rate, 22050);
  EXPECT_EQ(config->output_rate, 44100);
  EXPECT_EQ(config->channels, 2);
}

TEST(AacConfig, ReadsARateThatIsWrittenOut) {
  const auto config = ParseHex("178022681000");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->sample_rate, 17616);
}

TEST(AacConfig, RefusesWhatIsCutShortOrReserved) {
  EXPECT_FALSE(ParseHex("").ok());
  EXPECT_FALSE(ParseHex("12").ok());
  EXPECT_FALSE(ParseHex("1690").ok());  // rate 13
}

TEST(AacConfig, WhatIsWrittenReadsBack) {
  EXPECT_EQ(absl::BytesToHexString(WriteAacConfig(48000, 2)), "1190");
  EXPECT_EQ(ParseAacConfig(WriteAacConfig(16000, 1))->sample_rate, 16000);
  EXPECT_EQ(WriteAacConfig(12345, 2), "");
  EXPECT_EQ(WriteAacConfig(48000, 7), "");
}

TEST(AacConfig, IsFoundInsideALatmConfiguration) {
  const auto config = AacConfigInLatm(absl::HexStringToBytes("400024203fc0"));
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(absl::BytesToHexString(*config), "1210");
  EXPECT_FALSE(AacConfigInLatm("").ok());
  EXPECT_FALSE(AacConfigInLatm(absl::HexStringToBytes("4000")).ok());
  EXPECT_FALSE(AacConfigInLatm(absl::HexStringToBytes("410024203fc0")).ok());  // two frames
}

}  // namespace
}  // namespace relayfleet::media
