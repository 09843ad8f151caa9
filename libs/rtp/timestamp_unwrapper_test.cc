// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/timestamp_unwrapper.h"

#include <gtest/gtest.h>

namespace relayfleet::rtp {
namespace {

TEST(TimestampUnwrapper, GoesOnOverTheWrapAndBack) {
  TimestampUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.Unwrap(0xffffff00), 0);
  EXPECT_EQ(unwrapper.Unwrap(0x00000100), 0x200);
  EXPECT_EQ(unwrapper.Unwrap(0xffffff80), 0x80);
}

TEST(TimestampUnwrapper, PassesManyWraps) {
  TimestampUnwrapper unwrapper;
  uint32_t timestamp = 5;
  unwrapper.Unwrap(timestamp);
  int64_t ticks = 0;
  for (int i = 0; i < 8; ++i) ticks = unwrapper.Unwrap(timestamp += 0x60000000);
  EXPECT_EQ(ticks, int64_t{8} * 0x60000000);
}

}  // namespace
}  // namespace relayfleet::rtp
