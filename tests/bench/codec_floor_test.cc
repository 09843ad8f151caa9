// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/codec_floor.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/test_pattern.h"

namespace relayfleet::bench {
namespace {

std::string Jpeg() {
  av::Frame picture;
  av::TestPattern({.width = 320, .height = 240}).Draw(1, absl::UnixEpoch(), picture);
  return *av::JpegEncoder({}).Encode(picture);
}

TEST(CodecFloor, MeasuresEachPicture) {
  CodecFloorOptions options;
  options.jpegs = {Jpeg()};
  options.frames = 61;
  options.fps = 0;
  options.encoder = {.width = 320, .height = 240};
  const auto result = RunCodecFloor(options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->keys, 2);  // by time stamps of 30 fps
  EXPECT_GT(result->latency.p50, absl::ZeroDuration());
  EXPECT_GE(result->latency.max, result->latency.p99);
  EXPECT_GT(result->cpu_per_frame, absl::ZeroDuration());
  EXPECT_GT(result->kbps, 0);
}

TEST(CodecFloor, HandsOutEachAccessUnit) {
  std::vector<absl::Duration> times;
  const auto take = [&times](const std::string& unit, bool key, absl::Duration pts) {
    EXPECT_FALSE(unit.empty());
    EXPECT_EQ(key, times.empty());
    times.push_back(pts);
  };
  ASSERT_TRUE(RunCodecFloor({.jpegs = {Jpeg()}, .frames = 2, .fps = 0, .on_unit = take}).ok());
  EXPECT_EQ(times, (std::vector<absl::Duration>{absl::ZeroDuration(), absl::Seconds(1) / 30}));
}

TEST(CodecFloor, RefusesNothingToDo) {
  EXPECT_FALSE(RunCodecFloor({}).ok());
  EXPECT_FALSE(RunCodecFloor({.jpegs = {"rubbish"}}).ok());
}

TEST(PercentilesOf, TakesTheNearestSample) {
  std::vector<absl::Duration> samples;
  for (int i = 100; i >= 0; --i) samples.push_back(absl::Milliseconds(i));
  const Percentiles result = PercentilesOf(samples);
  EXPECT_EQ(result.p50, absl::Milliseconds(50));
  EXPECT_EQ(result.p95, absl::Milliseconds(95));
  EXPECT_EQ(result.p99, absl::Milliseconds(99));
  EXPECT_EQ(result.max, absl::Milliseconds(100));
}

}  // namespace
}  // namespace relayfleet::bench
