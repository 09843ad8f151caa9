// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/path_under.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace relayfleet::ingest {
namespace {

namespace fs = std::filesystem;

class PathUnderTest : public ::testing::Test {
 protected:
  PathUnderTest() {
    fs::create_directories(dir_ / "videos");
    std::ofstream(dir_ / "videos/a.mp4") << "a";
    std::ofstream(dir_.parent_path() / "secret") << "s";
    fs::remove(dir_ / "out");
    fs::create_symlink("..", dir_ / "out");
  }

  const fs::path dir_ = fs::canonical(::testing::TempDir()) / "path_under";
};

TEST_F(PathUnderTest, TakesAbsoluteAndRelativePaths) {
  EXPECT_EQ(PathUnder(dir_.string(), "videos/a.mp4").value(), dir_ / "videos/a.mp4");
  EXPECT_EQ(PathUnder(dir_.string() + "/", (dir_ / "videos/a.mp4").string()).value(),
            dir_ / "videos/a.mp4");
  EXPECT_EQ(PathUnder(dir_.string(), "videos/../videos/a.mp4").value(), dir_ / "videos/a.mp4");
}

TEST_F(PathUnderTest, TheFileMayComeLater) {
  EXPECT_EQ(PathUnder(dir_.string(), "later/pipe").value(), dir_ / "later/pipe");
}

TEST_F(PathUnderTest, RefusesWhatLiesOutside) {
  const std::string paths[] = {"../secret",  "/etc/passwd",          "videos/../../secret",
                               "out/secret", dir_.string() + "-too", dir_.string(),
                               ".",          std::string("a\0b", 3)};
  for (const std::string& path : paths) {
    EXPECT_EQ(PathUnder(dir_.string(), path).status().code(), absl::StatusCode::kInvalidArgument)
        << path;
  }
}

}  // namespace
}  // namespace relayfleet::ingest
