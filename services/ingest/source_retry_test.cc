// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_retry.h"

#include <gtest/gtest.h>

namespace relayfleet::ingest {
namespace {

constexpr absl::Duration kHalf = absl::Milliseconds(500);
constexpr absl::Duration kNever = absl::InfiniteDuration();

// The whole of each limit, so that limits show.
SourceRetry Make() {
  return SourceRetry(base::Backoff({}, [] { return 1.0; }));
}

TEST(SourceRetry, TriesEachHalfSecondForTenSecondsThenLessAndLess) {
  SourceRetry retry = Make();
  const absl::Status away = absl::UnavailableError("no route");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(retry.Next(away, {}, i * kHalf), kHalf);
  absl::Duration last;
  for (int i = 0; i < 8; ++i) last = retry.Next(away, {}, absl::Seconds(10 + 60 * i));
  EXPECT_EQ(last, absl::Seconds(30));
}

TEST(SourceRetry, BeginsAnewAfterThirtySecondsOfHealth) {
  SourceRetry retry = Make();
  const absl::Status away = absl::UnavailableError("no route");
  for (int i = 0; i < 8; ++i) retry.Next(away, {}, absl::Seconds(60 * i));
  EXPECT_GT(retry.Next(away, absl::Seconds(29), absl::Seconds(1000)), absl::Seconds(20));
  EXPECT_EQ(retry.Next(away, absl::Seconds(30), absl::Seconds(1100)), kHalf);
}

TEST(SourceRetry, WrongCredentialsAreTriedThreeTimes) {
  for (const absl::Status& why :
       {absl::UnauthenticatedError("401"), absl::PermissionDeniedError("403")}) {
    SourceRetry retry = Make();
    EXPECT_EQ(retry.Next(why, {}, absl::Seconds(0)), kHalf);
    EXPECT_EQ(retry.Next(why, {}, absl::Seconds(1)), kHalf);
    EXPECT_EQ(retry.Next(why, {}, absl::Seconds(2)), kNever);
  }
}

TEST(SourceRetry, OnlyRefusalsInARowCount) {
  SourceRetry retry = Make();
  const absl::Status denied = absl::UnauthenticatedError("401");
  retry.Next(denied, {}, absl::Seconds(0));
  retry.Next(denied, {}, absl::Seconds(1));
  retry.Next(absl::UnavailableError("reset"), {}, absl::Seconds(2));
  EXPECT_EQ(retry.Next(denied, {}, absl::Seconds(3)), kHalf);
}

TEST(SourceRetry, WhatNoRetryHealsIsGivenUpAtOnce) {
  EXPECT_EQ(Make().Next(absl::FailedPreconditionError("port in use"), {}, {}), kNever);
  EXPECT_EQ(Make().Next(absl::InvalidArgumentError("not a video"), {}, {}), kNever);
}

}  // namespace
}  // namespace relayfleet::ingest
