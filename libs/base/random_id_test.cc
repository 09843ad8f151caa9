// SPDX-License-Identifier: Apache-2.0

#include "libs/base/random_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace relayfleet::base {
namespace {

TEST(RandomId, IsHexOfTheLengthAskedFor) {
  EXPECT_THAT(RandomId(), ::testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(RandomId(3).size(), 6);
}

TEST(RandomId, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; i++) seen.insert(RandomId());
  EXPECT_EQ(seen.size(), 1000);
}

}  // namespace
}  // namespace relayfleet::base
