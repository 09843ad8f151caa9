// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/directory_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace relayfleet::relayctl {
namespace {

class DirectorySourceTest : public ::testing::Test {
 protected:
  DirectorySourceTest() : folder_(::testing::TempDir() + "/directory_source") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void Write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  const std::filesystem::path folder_;
};

TEST_F(DirectorySourceTest, GivesTheBytesByNameAndThenTheEnd) {
  Write("b.jpg", std::string("\xff\xd8\0\n\r", 5));
  Write("a.jpeg", "first");
  Write("empty.jpg", "");
  auto source = DirectorySource::Open(folder_.string(), false);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ((*source)->Next()->jpeg, "first");
  EXPECT_EQ((*source)->Next()->jpeg, std::string("\xff\xd8\0\n\r", 5));
  EXPECT_EQ((*source)->Next()->jpeg, "");
  EXPECT_TRUE(absl::IsOutOfRange((*source)->Next().status()));
}

TEST_F(DirectorySourceTest, LoopsWhenAskedTo) {
  Write("a.jpg", "only");
  auto source = DirectorySource::Open(folder_.string(), true);
  ASSERT_TRUE(source.ok()) << source.status();
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*source)->Next()->jpeg, "only");
}

TEST_F(DirectorySourceTest, SaysWhenThereIsNothingToPush) {
  Write("a.png", "x");
  EXPECT_TRUE(absl::IsInvalidArgument(DirectorySource::Open(folder_.string(), false).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      DirectorySource::Open((folder_ / "absent").string(), false).status()));
}

TEST_F(DirectorySourceTest, AFileThatWentAwayIsAnError) {
  Write("a.jpg", "x");
  auto source = DirectorySource::Open(folder_.string(), false);
  std::filesystem::remove(folder_ / "a.jpg");
  EXPECT_TRUE(absl::IsFailedPrecondition((*source)->Next().status()));
}

}  // namespace
}  // namespace relayfleet::relayctl
