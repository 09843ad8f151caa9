// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/spec.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::transcode {
namespace {

std::string ErrorOf(const flow::TranscodeSpec& spec) {
  return std::string(ValidateOpen({.relay = "r", .spec = spec}).message());
}

TEST(Spec, AcceptsDefaultsAndLimits) {
  EXPECT_EQ(ErrorOf({}), "");
  EXPECT_EQ(ErrorOf({.width = 16,
                     .height = 4096,
                     .fill_fps = 1,
                     .max_fps = 60,
                     .bitrate_kbps = 50000,
                     .gop = absl::Seconds(60)}),
            "");
}

TEST(Spec, NamesTheFieldThatIsWrong) {
  using ::testing::HasSubstr;
  EXPECT_THAT(ErrorOf({.width = 14}), HasSubstr("spec.width"));
  EXPECT_THAT(ErrorOf({.width = 4098}), HasSubstr("spec.width"));
  EXPECT_THAT(ErrorOf({.height = 721}), HasSubstr("spec.height: 721 is odd"));
  EXPECT_THAT(ErrorOf({.fill_fps = 0}), HasSubstr("spec.fill_fps"));
  EXPECT_THAT(ErrorOf({.max_fps = 61}), HasSubstr("spec.max_fps"));
  EXPECT_THAT(ErrorOf({.bitrate_kbps = 63}), HasSubstr("spec.bitrate_kbps"));
  EXPECT_THAT(ErrorOf({.gop = absl::Milliseconds(499)}), HasSubstr("spec.gop"));
  EXPECT_THAT(std::string(ValidateOpen({}).message()), HasSubstr("relay"));
}

}  // namespace
}  // namespace relayfleet::transcode
