// SPDX-License-Identifier: Apache-2.0

#include "libs/http/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relayfleet::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::optional<Bindings> Match(absl::string_view text, absl::string_view path) {
  const auto parsed = PathTemplate::Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  const auto split = ParsePath(path);
  EXPECT_TRUE(split.ok()) << split.status();
  return parsed->Match(*split);
}

TEST(PathTemplate, DeepKeyMatchesFromBothEnds) {
  for (const char* path :
       {"/relays/a/b/c/frame", "/relays/a%2Fb%2Fc/frame", "/relays/a/b%2Fc/frame"}) {
    EXPECT_THAT(Match("/relays/{key=**}/frame", path).value(), ElementsAre(Pair("key", "a/b/c")))
        << path;
  }
  EXPECT_FALSE(Match("/relays/{key=**}/frame", "/relays/frame").has_value());
  EXPECT_FALSE(Match("/relays/{key=**}/frame", "/relays/a/b").has_value());
  EXPECT_FALSE(Match("/relays/{key=**}/frame", "/relays/a%2Fframe").has_value());
}

TEST(PathTemplate, KeyMayHoldTheLiteralItself) {
  EXPECT_THAT(Match("/relays/{key=**}/ready", "/relays/ready/ready").value(),
              ElementsAre(Pair("key", "ready")));
}

TEST(PathTemplate, VerbIsTakenOffTheLastSegment) {
  EXPECT_THAT(Match("/v1/relays/{key=**}:pushFrame", "/v1/relays/a/b:pushFrame").value(),
              ElementsAre(Pair("key", "a/b")));
  EXPECT_THAT(Match("/v1/relays:stopAll", "/v1/relays:stopAll").value(), IsEmpty());
  EXPECT_FALSE(Match("/v1/relays/{key=**}:ready", "/v1/relays/a").has_value());
  EXPECT_FALSE(Match("/v1/relays/{key=**}:ready", "/v1/relays/a%3Aready").has_value());
}

TEST(PathTemplate, OneSegmentTakesNoSlash) {
  EXPECT_THAT(Match("/a/{x}/{y.z=b/*}", "/a/1/b/2").value(),
              ElementsAre(Pair("x", "1"), Pair("y.z", "b/2")));
  EXPECT_FALSE(Match("/a/*", "/a/b%2Fc").has_value());
  EXPECT_FALSE(Match("/a/*", "/a").has_value());
}

TEST(PathTemplate, VariablesBehindTheManyKeepTheirPlace) {
  EXPECT_THAT(Match("/{a}/{k=p/**}/x/{b}", "/1/p/2/3/4/x/5").value(),
              ElementsAre(Pair("a", "1"), Pair("k", "p/2/3/4"), Pair("b", "5")));
}

TEST(PathTemplate, LiteralsMakeItMoreSpecific) {
  const auto specificity = [](absl::string_view text) {
    return PathTemplate::Parse(text)->specificity();
  };
  EXPECT_GT(specificity("/relays/stop_all"), specificity("/relays/{key=**}"));
  EXPECT_GT(specificity("/relays/*"), specificity("/relays/**"));
  EXPECT_GT(specificity("/r/{key=**}:ready"), specificity("/r/{key=**}"));
}

TEST(PathTemplate, RefusesWhatIsNoTemplate) {
  for (const char* text : {"", "a", "/", "/a/", "//a", "/{a", "/{a=}", "/{}", "/a}", "/**/b/**",
                           "/a:", "/a:b/c", "/{a={b}}", "/a*", "/a:b:c"}) {
    EXPECT_FALSE(PathTemplate::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace relayfleet::http
