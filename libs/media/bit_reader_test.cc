// SPDX-License-Identifier: Apache-2.0

#include "libs/media/bit_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::media {
namespace {

TEST(BitReader, ReadsExpGolombCodes) {
  // 1 010 011 00100 00101: ue 0, 1, 2; se 2 (code 3), -2 (code 4).
  BitReader bits(absl::string_view("\xA6\x42\x80", 3));
  EXPECT_EQ(bits.Ue(), 0u);
  EXPECT_EQ(bits.Ue(), 1u);
  EXPECT_EQ(bits.Ue(), 2u);
  EXPECT_EQ(bits.Se(), 2);
  EXPECT_EQ(bits.Se(), -2);
  EXPECT_TRUE(bits.ok());
}

TEST(BitReader, LeavesOutEmulationPrevention) {
  BitReader bits(absl::string_view("\0\0\3\1\0\0\3\0", 8));
  EXPECT_EQ(bits.Bits(24), 1u);
  EXPECT_EQ(bits.Bits(24), 0u);
  EXPECT_TRUE(bits.ok());
}

TEST(BitReader, GivesZerosPastTheEndAndSaysSo) {
  BitReader bits(absl::string_view("\xff", 1));
  EXPECT_EQ(bits.Bits(8), 0xffu);
  EXPECT_TRUE(bits.ok());
  EXPECT_EQ(bits.Bits(8), 0u);
  EXPECT_FALSE(bits.ok());
}

TEST(BitReader, RefusesCodesThatAreTooLong) {
  const std::string bytes = std::string(4, '\0') + "\xff\xff\xff\xff\xff";
  BitReader bits(bytes);
  EXPECT_EQ(bits.Ue(), 0u);
  EXPECT_FALSE(bits.ok());
}

}  // namespace
}  // namespace relayfleet::media
