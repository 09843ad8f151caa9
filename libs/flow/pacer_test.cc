// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/pacer.h"

#include "gtest/gtest.h"

namespace relayfleet::flow {
namespace {

constexpr absl::Duration kStart = absl::Seconds(1000);

TEST(Pacer, ASenderAtExactlyMaxFpsLosesNothing) {
  Pacer pacer(30);
  for (int i = 0; i < 3000; ++i) {
    EXPECT_TRUE(pacer.Admit(kStart + i * absl::Seconds(1) / 30)) << i;
  }
  EXPECT_EQ(pacer.refused(), 0u);
}

TEST(Pacer, JitterOfHalfAFrameLosesNothing) {
  Pacer pacer(30);
  for (int i = 0; i < 300; ++i) {
    const absl::Duration jitter = (i % 3) * absl::Milliseconds(8);
    EXPECT_TRUE(pacer.Admit(kStart + i * absl::Seconds(1) / 30 + jitter)) << i;
  }
}

TEST(Pacer, TwiceTheRateIsHalved) {
  Pacer pacer(30);
  int admitted = 0;
  for (int i = 0; i < 600; ++i) {
    admitted += pacer.Admit(kStart + i * absl::Seconds(1) / 60) ? 1 : 0;
  }
  EXPECT_NEAR(admitted, 300, 2);
  EXPECT_EQ(pacer.refused(), 600u - admitted);
}

TEST(Pacer, ABurstAfterASilenceIsTwoFrames) {
  Pacer pacer(10);
  pacer.Admit(kStart);
  const absl::Duration later = kStart + absl::Seconds(60);
  EXPECT_TRUE(pacer.Admit(later));
  EXPECT_TRUE(pacer.Admit(later));
  EXPECT_FALSE(pacer.Admit(later));
  EXPECT_EQ(pacer.refused(), 1u);
}

TEST(Pacer, ARefusedFrameCostsTheNextOneNothing) {
  Pacer pacer(10);
  pacer.Admit(kStart);
  pacer.Admit(kStart);
  for (int i = 1; i < 10; ++i) EXPECT_FALSE(pacer.Admit(kStart + i * absl::Milliseconds(10)));
  EXPECT_TRUE(pacer.Admit(kStart + absl::Milliseconds(100)));
}

}  // namespace
}  // namespace relayfleet::flow
