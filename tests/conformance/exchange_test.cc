// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/exchange.h"

#include <gtest/gtest.h>

namespace relayfleet::conformance {
namespace {

TEST(ParseExchanges, ReadsRequestAndAnswer) {
  const auto exchanges = ParseExchanges(
      "A comment.\n=== First @3\nPOST /relays/<key:a/b>/frame\nX: y\n\n<hex:00ff><repeat:ab 2>\n"
      "---\n200\nContent-Type: application/json\n\n{\"a\":1}\n\n=== Second\nGET /\n---\n204\n",
      KeyForm::kEscaped);
  ASSERT_TRUE(exchanges.ok()) << exchanges.status();
  ASSERT_EQ(exchanges->size(), 2);
  const Exchange& first = exchanges->front();
  EXPECT_EQ(first.title, "First");
  EXPECT_EQ(first.at_once, 3);
  EXPECT_EQ(first.target, "/relays/a%2Fb/frame");
  EXPECT_EQ(first.headers.at(0).second, "y");
  EXPECT_EQ(first.body, std::string("\0\xff"
                                    "abab",
                                    6));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.expected_headers.at(0).first, "Content-Type");
  EXPECT_EQ(first.expected_body, "{\"a\":1}");
  EXPECT_EQ(exchanges->back().expected_body, "");
}

TEST(ParseExchanges, RefusesWhatIsIncomplete) {
  EXPECT_FALSE(ParseExchanges("", KeyForm::kRaw).ok());
  EXPECT_FALSE(ParseExchanges("=== No answer\nGET /\n", KeyForm::kRaw).ok());
  EXPECT_FALSE(ParseExchanges("=== No status\nGET /\n---\n{}\n", KeyForm::kRaw).ok());
}

TEST(CompareBody, PlaceholdersMatchByType) {
  EXPECT_EQ(CompareBody(R"({"a":"<text>","b":"<number>"})", R"({"b":1.5,"a":"x"})"), "");
  EXPECT_NE(CompareBody(R"({"a":"<text>"})", R"({"a":1})"), "");
  EXPECT_NE(CompareBody(R"({"a":"<text>"})", R"({"a":""})"), "");
  EXPECT_NE(CompareBody(R"({"a":1})", R"({"a":1,"b":2})"), "");
  EXPECT_NE(CompareBody(R"({"a":1})", R"({"a":2})"), "");
  EXPECT_NE(CompareBody("", "{}"), "");
  EXPECT_NE(CompareBody("{}", ""), "");
  EXPECT_EQ(CompareBody("", ""), "");
}

}  // namespace
}  // namespace relayfleet::conformance
