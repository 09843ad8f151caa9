// SPDX-License-Identifier: Apache-2.0

#include "libs/av/video_file.h"

#include <cstdio>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace relayfleet::av {
namespace {

constexpr char kClip[] = "tests/testdata/video/clip.mp4";

TEST(VideoFile, YieldsEachPictureInOrder) {
  auto file = VideoFile::Open({.path = kClip});
  ASSERT_TRUE(file.ok()) << file.status();
  Frame picture;
  for (int i = 0; i < 10; ++i) {
    const auto time = (*file)->Next(picture);
    ASSERT_TRUE(time.ok()) << i << ": " << time.status();
    EXPECT_EQ(*time, i * absl::Milliseconds(100));
    EXPECT_EQ(picture.width(), 96);
    EXPECT_EQ(picture.height(), 64);
    EXPECT_TRUE(picture.full_range());
  }
  EXPECT_TRUE(absl::IsOutOfRange((*file)->Next(picture).status()));
}

TEST(VideoFile, LoopsWithGrowingTimes) {
  auto file = VideoFile::Open({.path = kClip, .loop = true});
  ASSERT_TRUE(file.ok());
  Frame picture;
  for (int i = 0; i < 35; ++i) {
    const auto time = (*file)->Next(picture);
    ASSERT_TRUE(time.ok()) << time.status();
    EXPECT_EQ(*time, i * absl::Milliseconds(100));
  }
}

TEST(VideoFile, SaysWhyItCannotBeOpened) {
  EXPECT_TRUE(absl::IsNotFound(VideoFile::Open({.path = "no/such/file"}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(VideoFile::Open({.path = "tests/testdata/video"}).status()) ||
              !VideoFile::Open({.path = "tests/testdata/video"}).ok());
}

TEST(VideoFile, OpensNothingButFiles) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/list.m3u8";
  std::ofstream(path) << "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"
                         "http://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n";
  EXPECT_FALSE(VideoFile::Open({.path = path}).ok());
  EXPECT_FALSE(VideoFile::Open({.path = "http://127.0.0.1:9/a.mp4"}).ok());
}

}  // namespace
}  // namespace relayfleet::av
