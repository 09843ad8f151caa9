// SPDX-License-Identifier: Apache-2.0

#include "libs/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relayfleet::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(ParsePath, DecodesEachSegmentOnce) {
  const auto path = ParsePath("/relays/robot-a%2Fcamera/a%252Fb");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_THAT(path->segments, ElementsAre("relays", "robot-a/camera", "a%2Fb"));
}

TEST(ParsePath, RefusesPiecesThatClimbHoweverTheyAreWritten) {
  for (const char* path : {"/a/../b", "/a/%2e%2e/b", "/a%2F..%2Fb", "/a/./b", "/a/%2E", "/a//b",
                           "/a/", "/a%2F", "/%2Fa", "/..:verb", "/a:%2e%2e%2f"}) {
    EXPECT_FALSE(ParsePath(path).ok()) << path;
  }
}

TEST(ParsePath, RefusesControlCharactersAndWhatIsNoUtf8) {
  for (const char* path : {"/a%00", "/a%0a", "/%7f", "/%ff", "/%c0%af", "/a%", "/a%2", "/a%zz"}) {
    EXPECT_FALSE(ParsePath(path).ok()) << path;
  }
}

TEST(ParsePath, SplitsTheVerbAtTheLastRawColon) {
  const auto path = ParsePath("/v1/relays/a%3Ab:ready");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(path->verb, "ready");
  EXPECT_EQ(path->last_without_verb, "a:b");
  EXPECT_EQ(ParsePath("/v1/a%3Ab")->verb, "");
}

TEST(ParsePath, RootHasNoSegments) { EXPECT_TRUE(ParsePath("/")->segments.empty()); }

TEST(ParseQuery, DecodesNamesAndValues) {
  const auto query = ParseQuery("timeout=15&a%20b=c+d%2B&flag&=x&");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_THAT(*query, ElementsAre(Pair("timeout", "15"), Pair("a b", "c d+"), Pair("flag", ""),
                                  Pair("", "x")));
}

TEST(ParseQuery, SaysWhatIsWrong) {
  EXPECT_THAT(ParseQuery("a=%f").status().message(), HasSubstr("percent-encoding"));
  EXPECT_THAT(ParseQuery("%ff=1").status().message(), HasSubstr("UTF-8"));
}

TEST(IsUtf8, KnowsOverlongSurrogateAndBeyond) {
  EXPECT_TRUE(IsUtf8("relay \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"));
  EXPECT_FALSE(IsUtf8("\xc0\x80"));
  EXPECT_FALSE(IsUtf8("\xe0\x80\x80"));
  EXPECT_FALSE(IsUtf8("\xed\xa0\x80"));
  EXPECT_FALSE(IsUtf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(IsUtf8("\xe2\x82"));
  EXPECT_FALSE(IsUtf8("\xbf"));
}

}  // namespace
}  // namespace relayfleet::http
