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
  return CheckSpec("robot/cam", Spec(text), base::UrlPolicy());
}

TEST(CheckSpec, TakesDefaultsAndFullSpecs) {
  EXPECT_TRUE(Check("frames {}").ok());
  EXPECT_TRUE(Check("frames { fps: 60 max_fps: 60 } output { width: 640 height: 480 "
                    "bitrate_kbps: 500 gop { nanos: 500000000 } } mediamtx { url: "
                    "'rtsp://u:p@10.0.0.1:8555' path: 'a/b' } stale_after { seconds: 60 } "
                    "origin: 'robot_relay'")
                  .ok());
}

TEST(CheckSpec, NamesTheFieldThatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "spec.frames"},
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
      {"frames {} origin: 'elsewhere'", "spec.origin"},
  };
  for (const auto& [text, field] : cases) {
    const absl::Status status = Check(text);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr(field)) << text;
  }
}

TEST(CheckSpec, AsksTheUrlPolicy) {
  EXPECT_EQ(Check("frames {} mediamtx { url: 'rtsp://169.254.169.254' }").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Check("frames {} mediamtx { url: 'http://10.0.0.1' }").code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(CheckSpec, RefusesABadKey) {
  EXPECT_EQ(CheckSpec("a/../b", Spec("frames {}"), base::UrlPolicy()).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Resolve, FillsInTheDefaults) {
  const ResolvedSpec spec = Resolve("robot/cam", Spec("frames {}"), {.fill_fps = 7});
  EXPECT_EQ(spec.transcode.width, 1280);
  EXPECT_EQ(spec.transcode.height, 720);
  EXPECT_EQ(spec.transcode.fill_fps, 7);
  EXPECT_EQ(spec.transcode.gop, absl::Seconds(2));
  EXPECT_EQ(spec.max_fps, 30);
  EXPECT_EQ(spec.path, "robot/cam");
  EXPECT_EQ(spec.stale_after, absl::Seconds(5));
}

TEST(SameSpec, LooksThroughDefaults) {
  EXPECT_TRUE(SameSpec("k", Spec("frames {}"),
                       Spec("frames { fps: 5 max_fps: 30 } output { width: 1280 height: 720 "
                            "bitrate_kbps: 2000 gop { seconds: 2 } } mediamtx { path: 'k' } "
                            "stale_after { seconds: 5 } origin: 'native'"),
                       {.fill_fps = 5}));
  EXPECT_FALSE(SameSpec("k", Spec("frames {}"), Spec("frames { fps: 6 }"), {.fill_fps = 5}));
  EXPECT_FALSE(SameSpec("k", Spec("frames {}"), Spec("frames {} origin: 'robot_relay'"), {}));
}

TEST(Masked, HidesThePasswordAndNothingElse) {
  const auto spec = Masked(Spec("frames {} mediamtx { url: 'rtsp://user:geheim@h:8555' }"));
  EXPECT_THAT(spec.mediamtx().url(), ::testing::Not(HasSubstr("geheim")));
  EXPECT_THAT(spec.mediamtx().url(), HasSubstr("h:8555"));
  EXPECT_EQ(spec.origin(), "native");
}

}  // namespace
}  // namespace relayfleet::ingest
