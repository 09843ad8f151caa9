// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>

#include "libs/base/testing/fake_runtime.h"
#include "libs/media/jpeg_header.h"
#include "tools/relayctl/pattern_source.h"
#include "tools/relayctl/video_source.h"

namespace relayfleet::relayctl {
namespace {

TEST(PatternSource, MakesJpegsOfTheSizeThatMove) {
  base::testing::FakeRuntime runtime;
  PatternSource source(runtime.clock(), {.width = 640, .height = 480});
  const absl::StatusOr<Picture> first = source.Next();
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::StatusOr<media::JpegHeader> header = media::ParseJpegHeader(first->jpeg);
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->width, 640);
  EXPECT_EQ(header->height, 480);
  EXPECT_FALSE(first->due.has_value());
  runtime.Advance(absl::Milliseconds(200));
  EXPECT_NE(source.Next()->jpeg, first->jpeg);
}

TEST(VideoSource, AMissingFileIsAWrongArgument) {
  EXPECT_TRUE(absl::IsInvalidArgument(VideoSource::Open("/does/not/exist.mp4", false).status()));
}

}  // namespace
}  // namespace relayfleet::relayctl
