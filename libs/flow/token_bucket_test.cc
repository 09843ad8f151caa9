// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/token_bucket.h"

#include "gtest/gtest.h"

namespace relayfleet::flow {
namespace {

constexpr absl::Duration kStart = absl::Seconds(1000);

TEST(TokenBucket, BeginsFull) {
  TokenBucket bucket({.rate = 10, .burst = 2});
  EXPECT_TRUE(bucket.TryTake(kStart));
  EXPECT_TRUE(bucket.TryTake(kStart));
  EXPECT_FALSE(bucket.TryTake(kStart));
}

TEST(TokenBucket, RefillsAtItsRate) {
  TokenBucket bucket({.rate = 10, .burst = 2});
  bucket.TryTake(kStart);
  bucket.TryTake(kStart);
  EXPECT_FALSE(bucket.TryTake(kStart + absl::Milliseconds(99)));
  EXPECT_TRUE(bucket.TryTake(kStart + absl::Milliseconds(100)));
  EXPECT_FALSE(bucket.TryTake(kStart + absl::Milliseconds(101)));
}

TEST(TokenBucket, SilenceFillsItNoHigherThanTheBurst) {
  TokenBucket bucket({.rate = 10, .burst = 2});
  bucket.TryTake(kStart);
  int admitted = 0;
  for (int i = 0; i < 5; ++i) admitted += bucket.TryTake(kStart + absl::Hours(1)) ? 1 : 0;
  EXPECT_EQ(admitted, 2);
}

TEST(TokenBucket, ANewRateCountsFromNow) {
  TokenBucket bucket({.rate = 1, .burst = 1});
  EXPECT_TRUE(bucket.TryTake(kStart));
  bucket.SetRate(100);
  EXPECT_TRUE(bucket.TryTake(kStart + absl::Milliseconds(10)));
}

}  // namespace
}  // namespace relayfleet::flow
