// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace relayfleet::relayctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() {
    options_.Flag("flag", "help of flag", &flag_);
    options_.Text("text", "TEXT", "help of text", &text_);
    options_.Number("number", "N", "help of number", 1, 60, &number_);
    options_.Seconds("wait", "help of wait", absl::Seconds(300), &wait_);
    options_.Dimensions("size", "help of size", &size_);
  }

  std::string Error(const std::vector<std::string>& args) {
    return std::string(options_.Parse(args).status().message());
  }

  Options options_;
  bool flag_ = false;
  std::string text_ = "before";
  int number_ = 7;
  absl::Duration wait_;
  Size size_;
};

TEST_F(OptionsTest, ValuesComeJoinedOrNextAndArgumentsMix) {
  const auto rest = options_.Parse({"a", "--number", "5", "b", "--text=x=y", "--flag", "c"});
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_THAT(*rest, ElementsAre("a", "b", "c"));
  EXPECT_EQ(number_, 5);
  EXPECT_EQ(text_, "x=y");
  EXPECT_TRUE(flag_);
}

TEST_F(OptionsTest, AbsentOptionsLeaveTheirVariables) {
  ASSERT_TRUE(options_.Parse({}).ok());
  EXPECT_EQ(text_, "before");
  EXPECT_EQ(number_, 7);
}

TEST_F(OptionsTest, TwoDashesEndTheOptions) {
  EXPECT_THAT(*options_.Parse({"--", "--flag"}), ElementsAre("--flag"));
  EXPECT_FALSE(flag_);
}

TEST_F(OptionsTest, AValueMayBeginWithADash) {
  ASSERT_TRUE(options_.Parse({"--text", "--flag"}).ok());
  EXPECT_EQ(text_, "--flag");
}

TEST_F(OptionsTest, SecondsAndSizesAreRead) {
  ASSERT_TRUE(options_.Parse({"--wait", "2.5", "--size", "640x480"}).ok());
  EXPECT_EQ(wait_, absl::Milliseconds(2500));
  EXPECT_EQ(size_.width, 640);
  EXPECT_EQ(size_.height, 480);
}

TEST_F(OptionsTest, ErrorsNameTheOption) {
  EXPECT_EQ(Error({"--other"}), "unknown option --other");
  EXPECT_EQ(Error({"--text"}), "--text needs a value");
  EXPECT_EQ(Error({"--flag=1"}), "--flag takes no value");
  for (const char* number : {"0", "61", "x", "", "5x", "5.5"}) {
    EXPECT_THAT(Error({"--number", number}), HasSubstr("from 1 to 60")) << number;
  }
  for (const char* size : {"640", "640x", "x480", "641x480", "8x8", "640x480x2", "640,480"}) {
    EXPECT_THAT(Error({"--size", size}), HasSubstr("1280x720")) << size;
  }
  for (const char* wait : {"-1", "301", "x", "inf", "nan"}) {
    EXPECT_THAT(Error({"--wait", wait}), HasSubstr("0 to 300")) << wait;
  }
}

TEST_F(OptionsTest, HelpIsAligned) {
  EXPECT_THAT(options_.Help(), HasSubstr("  --flag          help of flag\n"
                                         "  --text TEXT     help of text\n"));
}

}  // namespace
}  // namespace relayfleet::relayctl
