// SPDX-License-Identifier: Apache-2.0

#include "libs/base/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relayfleet::base {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Errors, TextsThatOlderClientsKnowStay) {
  EXPECT_EQ(EmptyImage().message(), "empty body");
  EXPECT_EQ(KeyAndTypeRequired().message(), "key and type required");
}

TEST(Errors, OnlyBodyTooLargeIsOutOfRange) {
  EXPECT_EQ(BodyTooLarge(8).code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ImageTooLarge(65500, 65500).code(), absl::StatusCode::kInvalidArgument);
}

TEST(Errors, CallersTextIsEscapedAndShortened) {
  const absl::Status forged = RelayNotFound("x\nINFO all is well\xff\"");
  EXPECT_EQ(forged.message(), "no relay \"x\\nINFO all is well\\xff\\\"\"");
  EXPECT_THAT(RelayNotFound(std::string(10'000, 'k')).message(), SizeIs(::testing::Lt(100)));
  EXPECT_THAT(UnknownRelayType("<\x01>").message(), Not(HasSubstr("\x01")));
}

}  // namespace
}  // namespace relayfleet::base
