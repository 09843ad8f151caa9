// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/output_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace relayfleet::ingest {
namespace {

using media::Codec;
using ::testing::HasSubstr;

// Made by x264: 1280x720, 5 fps; and with two B-frames, 25 fps.
const char* const kBaseline720p = "6742c01fd9005005bb0110000003001000000300a0f1832480";
const char* const kHighWithB = "6764001eacd940a02ff97011000003000100000300320f162d96";

media::Track H264(const char* sps) {
  return {.codec = Codec::kH264, .sps = absl::HexStringToBytes(sps), .pps = "p"};
}
media::Track Audio(Codec codec, int64_t rate = 48000) {
  return {.codec = codec, .clock_rate = rate, .channels = 1};
}

struct Case {
  std::string name;
  media::Track track;
  OutputSpec output;
  bool reorders = false;
  bool copy = false;
  std::string why;
};

class Auto : public ::testing::TestWithParam<Case> {};

TEST_P(Auto, CopiesWhatEveryReaderPlaysAndSaysWhyNot) {
  const auto plan = PlanVideo(GetParam().track, GetParam().reorders, GetParam().output);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->copy, GetParam().copy);
  EXPECT_THAT(plan->why, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    AllOf, Auto,
    ::testing::Values(
        Case{"Baseline", H264(kBaseline720p), {}, false, true, "no B-frames, within size and rate"},
        Case{"WithinTheLimits",
             H264(kBaseline720p),
             {.width = 1280, .height = 720, .fps = 5},
             false,
             true,
             "copied"},
        Case{"BFrames", H264(kHighWithB), {}, false, false, "B-frames"},
        Case{"BFramesSeen", H264(kBaseline720p), {}, true, false, "B-frames"},
        Case{"Larger",
             H264(kBaseline720p),
             {.width = 640, .height = 360},
             false,
             false,
             "larger than the asked size"},
        Case{"Faster", H264(kBaseline720p), {.fps = 2}, false, false, "above the asked rate"},
        Case{"RateUnknown", {.codec = Codec::kH264}, {.fps = 5}, false, false, "rate is not known"},
        Case{"SizeUnknown",
             {.codec = Codec::kH264},
             {.width = 640},
             false,
             false,
             "size is not known"},
        Case{"Hevc", {.codec = Codec::kH265}, {}, false, false, "H.265"},
        Case{"Jpeg", {.codec = Codec::kJpeg}, {}, false, false, "not H.264"},
        Case{"Other", {.codec = Codec::kLibav, .codec_name = "vp8"}, {}, false, false, "not H.264"},
        Case{"Rotated", {.codec = Codec::kH264, .rotation = 90}, {}, false, false, "turned by 90"}),
    [](const auto& info) { return info.param.name; });

TEST(PlanVideo, CopySaysTheConsequence) {
  const OutputSpec copy{.mode = OutputMode::kCopy};
  EXPECT_EQ(PlanVideo(H264(kHighWithB), false, copy)->why,
            "copied: B-frames: WebRTC readers will be closed");
  EXPECT_THAT(PlanVideo({.codec = Codec::kH265}, false, copy)->why, HasSubstr("few browsers"));
  EXPECT_EQ(PlanVideo(H264(kBaseline720p), false, copy)->why, "copied");
}

TEST(PlanVideo, CopyOfWhatCantBePublishedFailsAndSaysWhatHelps) {
  const auto plan = PlanVideo({.codec = Codec::kJpeg}, false, {.mode = OutputMode::kCopy});
  EXPECT_EQ(plan.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(plan.status().message()), HasSubstr("AUTO transcodes it"));
}

TEST(PlanVideo, TranscodeTakesWhatWasAskedForAndElseTheSources) {
  const OutputSpec asked{.mode = OutputMode::kTranscode,
                         .width = 640,
                         .height = 360,
                         .fps = 5,
                         .bitrate_kbps = 700,
                         .gop = absl::Seconds(1),
                         .encoders = {"libx264"}};
  const auto spec = PlanVideo(H264(kBaseline720p), false, asked)->spec;
  EXPECT_EQ(spec.width, 640);
  EXPECT_EQ(spec.height, 360);
  EXPECT_EQ(spec.output_fps, 5);
  EXPECT_EQ(spec.max_fps, 5);
  EXPECT_EQ(spec.bitrate_kbps, 700);
  EXPECT_EQ(spec.gop, absl::Seconds(1));
  EXPECT_EQ(spec.encoders, asked.encoders);
  const auto same = PlanVideo(H264(kBaseline720p), false, {.mode = OutputMode::kTranscode})->spec;
  EXPECT_EQ(same.width, 1280);
  EXPECT_EQ(same.height, 720);
  EXPECT_EQ(same.output_fps, 0);
}

TEST(PlanVideo, SizesAreEvenWithinLimitsAndInShape) {
  const auto size = [](media::Track track, OutputSpec output) {
    output.mode = OutputMode::kTranscode;
    const auto spec = PlanVideo(track, false, output)->spec;
    return std::pair(spec.width, spec.height);
  };
  EXPECT_EQ(size({.width = 641, .height = 479}, {}), std::pair(640, 478));
  EXPECT_EQ(size({.width = 8192, .height = 4320}, {}), std::pair(4096, 2160));
  EXPECT_EQ(size({.width = 1920, .height = 1080}, {.width = 640}), std::pair(640, 360));
  EXPECT_EQ(size({.width = 1920, .height = 1080, .rotation = 90}, {}), std::pair(1080, 1920));
  EXPECT_EQ(size({}, {}), std::pair(1280, 720));
}

TEST(PlanAudio, AutoCopiesWhatRtspCarriesAndMakesAacOfTheRest) {
  for (Codec codec : {Codec::kAac, Codec::kOpus, Codec::kPcmu, Codec::kPcma}) {
    EXPECT_EQ(PlanAudio(Audio(codec), {}).way, AudioPlan::Way::kCopy);
  }
  const AudioPlan plan = PlanAudio(Audio(Codec::kLibav), {});
  EXPECT_EQ(plan.way, AudioPlan::Way::kTranscode);
  EXPECT_EQ(plan.spec.codec, Codec::kAac);
  EXPECT_EQ(plan.spec.channels, 1);
}

TEST(PlanAudio, MakesWhatWasAskedForUnlessItIsThat) {
  const OutputSpec opus{.audio = AudioMode::kOpus};
  EXPECT_EQ(PlanAudio(Audio(Codec::kOpus), opus).way, AudioPlan::Way::kCopy);
  EXPECT_EQ(PlanAudio(Audio(Codec::kAac), opus).spec.sample_rate, 48000);
  const OutputSpec aac{.audio = AudioMode::kAac};
  EXPECT_EQ(PlanAudio(Audio(Codec::kAac), aac).way, AudioPlan::Way::kCopy);
  EXPECT_EQ(PlanAudio(Audio(Codec::kPcmu, 8000), aac).spec.codec, Codec::kAac);
  EXPECT_EQ(PlanAudio(Audio(Codec::kAac), {.audio = AudioMode::kNone}).way, AudioPlan::Way::kNone);
}

TEST(Describe, NamesCodecSizeAndRate) {
  EXPECT_EQ(Describe(H264(kBaseline720p)), "H264 1280x720 5 fps");
  EXPECT_EQ(Describe(Audio(Codec::kAac, 44100)), "AAC 44100 Hz");
  EXPECT_EQ(Describe({.codec = Codec::kLibav, .codec_name = "vp8", .fps = 29.97}), "vp8 29.97 fps");
}

}  // namespace
}  // namespace relayfleet::ingest
