// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace relayfleet::rtsp {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Challenge, ReadsSeveralInOneValue) {
  const std::vector<AuthChallenge> challenges = ParseChallenges(
      R"(Digest Realm="a, \"b\"", nonce=abc, algorithm=SHA-256 , Basic realm = "c",Negotiate)");
  ASSERT_EQ(challenges.size(), 3u);
  EXPECT_EQ(challenges[0].scheme, "digest");
  EXPECT_THAT(
      challenges[0].parameters,
      ElementsAre(Pair("algorithm", "SHA-256"), Pair("nonce", "abc"), Pair("realm", R"(a, "b")")));
  EXPECT_EQ(challenges[1].scheme, "basic");
  EXPECT_THAT(challenges[1].parameters, ElementsAre(Pair("realm", "c")));
  EXPECT_EQ(challenges[2].scheme, "negotiate");
}

TEST(Challenge, EndsAtWhatDoesNotFit) {
  EXPECT_TRUE(ParseChallenges("").empty());
  EXPECT_TRUE(ParseChallenges("realm=x").empty());
  EXPECT_EQ(ParseChallenges("Basic realm=\"open").size(), 1u);
  EXPECT_TRUE(ParseChallenges("Basic =x").empty());
  EXPECT_EQ(ParseChallenges("Basic \"x\"").size(), 1u);
}

TEST(Challenge, QuotesBackslashAndQuote) { EXPECT_EQ(QuotedString(R"(a"b\)"), R"("a\"b\\")"); }

}  // namespace
}  // namespace relayfleet::rtsp
