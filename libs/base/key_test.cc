// SPDX-License-Identifier: Apache-2.0

#include "libs/base/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace relayfleet::base {
namespace {

using ::testing::HasSubstr;

TEST(Key, TakesWhatMediaMtxTakesAsPath) {
  for (const char* key : {"a", "robot-a/camera", "A/b_c.d-9", "...", "a/.b", "-", "a..b"}) {
    EXPECT_TRUE(ValidateKey(key).ok()) << key;
  }
  EXPECT_TRUE(ValidateKey(std::string(255, 'k')).ok());
}

TEST(Key, SaysWhyItRefuses) {
  const struct {
    std::string key, why;
  } cases[] = {
      {"", "empty"},
      {std::string(256, 'k'), "256 bytes"},
      {std::string(1024, 'k'), "1024 bytes"},
      {"/a", "begins with a slash"},
      {"a/", "ends with a slash"},
      {"/", "slash"},
      {"a//b", "two slashes"},
      {".", "\".\""},
      {"..", "\"..\""},
      {"a/../b", "\"..\""},
      {"a/./b", "\".\""},
      {"a:b", "\":\""},
      {"a b", "\" \""},
      {"a%2Fb", "\"%\""},
      {"a\nb", "\\n"},
      {std::string("a\0b", 3), "\\x00"},
      {"k\xc3\xa4", "\\xc3"},
  };
  for (const auto& [key, why] : cases) {
    const absl::Status status = ValidateKey(key);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << key;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
  }
}

}  // namespace
}  // namespace relayfleet::base
