// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_spec.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace relayfleet::ingest {
namespace {

using ::testing::HasSubstr;

relay::v1::RelaySpec Spec(const std::string& text) {
  relay::v1::RelaySpec spec;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &spec)) << text;
  return spec;
}

absl::Status Check(const std::string& text) {
  return Resolve("robot/cam", Spec(text), {}).status();
}

TEST(Resolve, TakesDefaultsAndFullSpecs) {
  EXPECT_TRUE(Check("frames {}").ok());
  EXPECT_TRUE(Check("frames { fps: 60 max_fps: 60 } output { width: 640 height: 480 "
                    "bitrate_kbps: 500 gop { nanos: 500000000 } } mediamtx { url: "
                    "'rtsp://u:p@10.0.0.1:8555' path: 'a/b' } stale_after { seconds: 60 } "
                    "origin: 'robot_relay'")
                  .ok());
}

TEST(Resolve, NamesTheFieldThatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "spec.source"},
      {"frames { fps: 61 }", "spec.frames.fps"},
      {"frames { max_fps: 1000 }", "spec.frames.max_fps"},
      {"frames {} output { width: 641 }", "spec.output.width"},
      {"frames {} output { height: 8 }", "spec.output.height"},
      {"frames {} output { bitrate_kbps: 1 }", "spec.output.bitrate_kbps"},
      {"frames {} output { gop { seconds: 61 } }", "spec.output.gop"},
      {"frames {} output { gop { seconds: -1 } }", "spec.output.gop"},
      {"frames {} mediamtx { path: '../x' }", "spec.mediamtx.path"},
      {"frames {} mediamtx { url: 'nonsense' }", "spec.mediamtx.url"},
      {"frames {} mediamtx { url: 'rtsp://h/path' }", "spec.mediamtx.url"},
      {"frames {} stale_after { seconds: 4000 }", "spec.stale_after"},
      {"rtsp { url: 'rtsp://cam' } stall_after { nanos: 1 }", "spec.stall_after"},
      {"rtsp { url: 'nonsense' }", "spec.rtsp.url"},
      {"frames {} origin: 'elsewhere'", "spec.origin"},
  };
  for (const auto& [text, field] : cases) {
    const absl::Status status = Check(text);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr(field)) << text;
  }
}

TEST(Resolve, AsksTheUrlPolicy) {
  EXPECT_EQ(Check("frames {} mediamtx { url: 'rtsp://169.254.169.254' }").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Check("frames {} mediamtx { url: 'http://10.0.0.1' }").code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(Resolve, RefusesABadKey) {
  EXPECT_EQ(Resolve("a/../b", Spec("frames {}"), {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Resolve, FillsInTheDefaults) {
  const auto spec = Resolve("robot/cam", Spec("frames {}"), {.source = {.fill_fps = 7}});
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->transcode.width, 1280);
  EXPECT_EQ(spec->transcode.height, 720);
  EXPECT_EQ(spec->transcode.fill_fps, 7);
  EXPECT_EQ(spec->transcode.gop, absl::Seconds(2));
  EXPECT_EQ(spec->max_fps, 30);
  EXPECT_EQ(spec->path, "robot/cam");
  EXPECT_EQ(spec->stale_after, absl::Seconds(5));
  EXPECT_EQ(spec->stall_after, absl::Seconds(5));
}

TEST(Resolve, MakesSpecsEqualThatMeanTheSame) {
  const SpecRules rules = {.source = {.fill_fps = 5}};
  const auto resolve = [&](const std::string& text) { return *Resolve("k", Spec(text), rules); };
  EXPECT_EQ(resolve("frames {}"),
            resolve("frames { fps: 5 max_fps: 30 } output { width: 1280 height: 720 "
                    "bitrate_kbps: 2000 gop { seconds: 2 } mode: OUTPUT_MODE_AUTO } mediamtx { "
                    "path: 'k' } stale_after { seconds: 5 } stall_after { seconds: 5 }"));
  EXPECT_NE(resolve("frames {}"), resolve("frames { fps: 6 }"));
  EXPECT_EQ(resolve("rtp { port: 5000 }"),
            resolve("rtp { port: 5000 codec: 'H264' payload_type: 96 "
                    "reorder_window { nanos: 50000000 } }"));
  EXPECT_NE(resolve("rtsp { url: 'rtsp://u:a@cam' }"), resolve("rtsp { url: 'rtsp://u:b@cam' }"));
}

TEST(Refused, KeepsPathAndTargetAndSaysWhy) {
  const ResolvedSpec spec =
      Refused("k", Spec("rtsp { url: 'rtsp://cam' } mediamtx { url: 'rtsp://h' path: 'p' }"),
              absl::PermissionDeniedError("its network is denied"));
  EXPECT_EQ(spec.path, "p");
  EXPECT_TRUE(spec.mediamtx_url.has_value());
  EXPECT_EQ(std::get<RefusedSpec>(spec.source).why.message(), "its network is denied");
}

TEST(Masked, HidesPasswordsAndNothingElse) {
  const auto spec = Masked(Spec("frames {} mediamtx { url: 'rtsp://user:geheim@h:8555' }"));
  EXPECT_THAT(spec.mediamtx().url(), ::testing::Not(HasSubstr("geheim")));
  EXPECT_THAT(spec.mediamtx().url(), HasSubstr("h:8555"));
  EXPECT_EQ(spec.origin(), "native");
}

TEST(Masked, HidesPasswordsOfEveryKindOfSource) {
  const char* specs[] = {
      "rtsp { url: 'rtsp://user:geheim@cam/stream1' }",
      "url { url: 'srt://cam:9000?passphrase=geheim' }",
      "file { location: 'https://user:geheim@cam/a.mp4?X-Amz-Signature=geheim' }",
      "rtsp { url: 'rtsp://user:ge heim@cam' }",
  };
  for (const char* text : specs) {
    const std::string shown = Masked(Spec(text)).DebugString();
    EXPECT_THAT(shown, ::testing::Not(HasSubstr("heim"))) << text;
  }
  EXPECT_EQ(Masked(Spec("file { location: 's3://b/k' }")).file().location(), "s3://b/k");
  EXPECT_EQ(Masked(Spec("file { location: 'a/b.mp4' }")).file().location(), "a/b.mp4");
  EXPECT_EQ(Masked(Spec("rtsp { url: 'rtsp://cam/stream1' }")).rtsp().url(), "rtsp://cam/stream1");
}

}  // namespace
}  // namespace relayfleet::ingest
