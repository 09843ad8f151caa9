// SPDX-License-Identifier: Apache-2.0

#include "libs/av/test_pattern.h"

#include <cstring>

#include "gtest/gtest.h"

namespace relayfleet::av {
namespace {

bool SameLuma(const Frame& a, const Frame& b) {
  for (int row = 0; row < a.height(); ++row) {
    const int at = row * a.plane(0).stride;
    if (std::memcmp(a.plane(0).data + at, b.plane(0).data + at, a.width()) != 0) return false;
  }
  return true;
}

TEST(TestPattern, ShowsNumberAndTime) {
  const TestPattern pattern({});
  Frame first, same, later, next;
  pattern.Draw(7, absl::FromUnixMillis(1000), first);
  pattern.Draw(7, absl::FromUnixMillis(1000), same);
  pattern.Draw(7, absl::FromUnixMillis(1001), later);
  pattern.Draw(97, absl::FromUnixMillis(1000), next);  // its box is where it was
  EXPECT_TRUE(SameLuma(first, same));
  EXPECT_FALSE(SameLuma(first, later));
  EXPECT_FALSE(SameLuma(first, next));
}

TEST(TestPattern, FitsEverySize) {
  for (const auto& [width, height] :
       {std::pair(64, 64), std::pair(1920, 1080), std::pair(66, 200), std::pair(4096, 64)}) {
    Frame out;
    TestPattern({.width = width, .height = height}).Draw(123456789, absl::UnixEpoch(), out);
    EXPECT_EQ(out.width(), width);
    EXPECT_EQ(out.height(), height);
    EXPECT_TRUE(out.full_range());
  }
}

}  // namespace
}  // namespace relayfleet::av
