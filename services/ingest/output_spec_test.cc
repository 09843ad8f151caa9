// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/output_spec.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <limits>

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

relay::v1::RelaySpec Spec(const std::string& text) {
  relay::v1::RelaySpec spec;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &spec)) << text;
  return spec;
}

constexpr char kCamera[] = "rtsp { url: 'rtsp://cam' } ";

TEST(OutputSpec, PushedPicturesHaveOneSizeAndAreTranscoded) {
  const OutputSpec output = *ResolveOutput(Spec("frames {}"));
  EXPECT_EQ(output.mode, OutputMode::kTranscode);
  EXPECT_EQ(output.width, 1280);
  EXPECT_EQ(output.height, 720);
  EXPECT_EQ(output.audio, AudioMode::kNone);
}

TEST(OutputSpec, SourcesKeepTheirOwnUnlessTold) {
  const OutputSpec output = *ResolveOutput(Spec(kCamera));
  EXPECT_EQ(output, OutputSpec());
  EXPECT_EQ(output.width, 0);
}

TEST(OutputSpec, TakesWhatIsSaid) {
  const OutputSpec output = *ResolveOutput(
      Spec(std::string(kCamera) +
           "output { mode: OUTPUT_MODE_TRANSCODE width: 640 height: 360 fps: 12.5 fit: FIT_COVER "
           "profile: PROFILE_HIGH encoders: 'h264_nvenc' encoders: 'libx264' bitrate_kbps: 500 "
           "gop { seconds: 1 } audio: AUDIO_MODE_OPUS }"));
  EXPECT_EQ(output.mode, OutputMode::kTranscode);
  EXPECT_EQ(output.width, 640);
  EXPECT_EQ(output.height, 360);
  EXPECT_EQ(output.fps, 12.5);
  EXPECT_EQ(output.fit, media::Fit::kCover);
  EXPECT_EQ(output.profile, media::Profile::kHigh);
  EXPECT_THAT(output.encoders, ElementsAre("h264_nvenc", "libx264"));
  EXPECT_EQ(output.bitrate_kbps, 500);
  EXPECT_EQ(output.gop, absl::Seconds(1));
  EXPECT_EQ(output.audio, AudioMode::kOpus);
}

TEST(OutputSpec, NamesTheFieldThatIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"frames {} output { mode: OUTPUT_MODE_COPY }", "spec.output.mode"},
      {"frames {} output { fps: 10 }", "spec.output.fps"},
      {"frames {} output { audio: AUDIO_MODE_AAC }", "spec.output.audio"},
      {std::string(kCamera) + "output { fps: 0.5 }", "spec.output.fps"},
      {std::string(kCamera) + "output { fps: -1 }", "spec.output.fps"},
      {std::string(kCamera) + "output { fps: 61 }", "spec.output.fps"},
      {std::string(kCamera) + "output { encoders: 'x264 -o /etc/passwd' }", "spec.output.encoders"},
      {std::string(kCamera) + "output { encoders: '' }", "spec.output.encoders"},
  };
  for (const auto& [text, field] : cases) {
    const absl::Status status = ResolveOutput(Spec(text)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr(field)) << text;
  }
}

TEST(OutputSpec, RefusesNumbersThatAreNoneAndUnknownValues) {
  relay::v1::RelaySpec spec = Spec(kCamera);
  spec.mutable_output()->set_fps(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(ResolveOutput(spec).status().message(), HasSubstr("spec.output.fps"));
  spec = Spec(kCamera);
  spec.mutable_output()->set_mode(static_cast<relay::v1::OutputMode>(17));
  EXPECT_THAT(ResolveOutput(spec).status().message(), HasSubstr("spec.output.mode"));
  spec = Spec(kCamera);
  for (int i = 0; i < 9; ++i) spec.mutable_output()->add_encoders("libx264");
  EXPECT_THAT(ResolveOutput(spec).status().message(), HasSubstr("spec.output.encoders"));
}

}  // namespace
}  // namespace relayfleet::ingest
