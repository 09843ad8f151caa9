// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/stage_convert.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "gtest/gtest.h"
#include "libs/base/secret_url.h"

namespace relayfleet::rpc {
namespace {

template <typename Wire, typename T, typename Message>
T Passed(const T& value) {
  auto decoded = Wire::Decode(Wire::Encode(Message(value)));
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  return std::get<T>(*decoded);
}
template <typename T>
T UpTranscode(const T& value) {
  return Passed<TranscodeWire, T, flow::TranscodeUp>(value);
}
template <typename T>
T DownTranscode(const T& value) {
  return Passed<TranscodeWire, T, flow::TranscodeDown>(value);
}
template <typename T>
T UpPublish(const T& value) {
  return Passed<PublishWire, T, flow::PublishUp>(value);
}
template <typename T>
T DownPublish(const T& value) {
  return Passed<PublishWire, T, flow::PublishDown>(value);
}

const flow::TranscodeOpen kOpen{.relay = "robot-a/camera",
                                .session_id = "s1",
                                .epoch = 4,
                                .spec = {.width = 640,
                                         .height = 480,
                                         .fill_fps = 7,
                                         .max_fps = 25,
                                         .bitrate_kbps = 900,
                                         .gop = absl::Milliseconds(1500),
                                         .fit = media::Fit::kCover,
                                         .output_fps = 12.5,
                                         .profile = media::Profile::kHigh,
                                         .encoders = {"h264_nvenc"},
                                         .audio = flow::AudioSpec{.codec = media::Codec::kOpus,
                                                                  .bitrate_kbps = 64,
                                                                  .sample_rate = 48'000,
                                                                  .channels = 1},
                                         .no_repeats = true},
                                .last_out_pts = 12345};

TEST(TranscodeWire, OpenKeepsEveryField) {
  const auto got = UpTranscode(kOpen);
  EXPECT_EQ(got.relay, kOpen.relay);
  EXPECT_EQ(got.session_id, kOpen.session_id);
  EXPECT_EQ(got.epoch, kOpen.epoch);
  EXPECT_EQ(got.spec, kOpen.spec);
  EXPECT_EQ(got.last_out_pts, kOpen.last_out_pts);
}

TEST(TranscodeWire, OtherMessagesPass) {
  UpTranscode(flow::ForceIdr());
  UpTranscode(flow::End());
  EXPECT_EQ(UpTranscode(flow::Credit{3}).packets, 3u);
  const auto media = UpTranscode(media::Message(media::Gap{1, 2}));
  EXPECT_EQ(std::get<media::Gap>(media), (media::Gap{1, 2}));
  const auto opened = DownTranscode(flow::TranscodeOpened{"t-1", "libx264"});
  EXPECT_EQ(opened.instance, "t-1");
  EXPECT_EQ(opened.encoder, "libx264");
  EXPECT_EQ(DownTranscode(flow::Credit{2}).packets, 2u);
  DownTranscode(flow::Draining());
  const auto changed = DownTranscode(flow::EncoderChanged{"libx264", "no session"});
  EXPECT_EQ(changed.encoder, "libx264");
  EXPECT_EQ(changed.reason, "no session");
}

TEST(TranscodeWire, FrameDoneKeepsEveryField) {
  for (auto outcome :
       {flow::FrameOutcome::kEncoded, flow::FrameOutcome::kBadImage, flow::FrameOutcome::kFailed,
        flow::FrameOutcome::kSuperseded, flow::FrameOutcome::kDecoded}) {
    const auto got = DownTranscode(flow::FrameDone{.seq = 9,
                                                   .outcome = outcome,
                                                   .detail = "why",
                                                   .queued = absl::Microseconds(1),
                                                   .decoded = absl::Microseconds(2),
                                                   .encoded = absl::Microseconds(3)});
    EXPECT_EQ(got.seq, 9u);
    EXPECT_EQ(got.outcome, outcome);
    EXPECT_EQ(got.detail, "why");
    EXPECT_EQ(got.queued, absl::Microseconds(1));
    EXPECT_EQ(got.decoded, absl::Microseconds(2));
    EXPECT_EQ(got.encoded, absl::Microseconds(3));
  }
}

TEST(TranscodeWire, WhatIsNotSetHasTheProtosDefaults) {
  transcode::v1::TranscodeRequest wire;
  wire.mutable_open()->set_relay("a");
  auto got = TranscodeWire::Decode(wire);
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(std::get<flow::TranscodeOpen>(*got).spec, flow::TranscodeSpec());
}

// Each is one wrong field in an otherwise good message.
TEST(TranscodeWire, RefusesBadOpens) {
  auto refused = [](auto change) {
    auto wire = TranscodeWire::Encode(flow::TranscodeUp(kOpen));
    change(wire.mutable_open(), wire.mutable_open()->mutable_spec());
    return TranscodeWire::Decode(wire).status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_FALSE(refused([](auto*, auto*) {}));
  EXPECT_TRUE(refused([](auto* open, auto*) { open->set_relay("a/../b"); }));
  EXPECT_TRUE(refused([](auto* open, auto*) { open->set_session_id(std::string(129, 'x')); }));
  EXPECT_TRUE(refused([](auto* open, auto*) { open->set_last_out_pts(-1); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_width(641); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_width(14); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_height(4098); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_fill_fps(61); }));
  EXPECT_TRUE(
      refused([](auto*, auto* spec) { spec->set_max_fps(std::numeric_limits<uint32_t>::max()); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_bitrate_kbps(63); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_output_fps(-1); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->set_output_fps(std::nan("")); }));
  EXPECT_TRUE(
      refused([](auto*, auto* spec) { spec->mutable_audio()->set_codec(media::v1::CODEC_PCMU); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->mutable_audio()->set_sample_rate(44'100); }));
  EXPECT_TRUE(refused([](auto*, auto* spec) { spec->mutable_gop()->set_seconds(61); }));
}

TEST(TranscodeWire, RefusesEmptyMessagesAndCreditOfNothing) {
  EXPECT_FALSE(TranscodeWire::Decode(transcode::v1::TranscodeRequest()).ok());
  EXPECT_FALSE(TranscodeWire::Decode(transcode::v1::TranscodeResponse()).ok());
  transcode::v1::TranscodeRequest wire;
  wire.mutable_credit();
  EXPECT_FALSE(TranscodeWire::Decode(wire).ok());
}

base::SecretUrl Url(const char* text) { return *base::SecretUrl::Parse(text); }

TEST(PublishWire, OpenKeepsEveryField) {
  const auto got = UpPublish(flow::PublishOpen{.path = "robot-a/camera",
                                               .mediamtx_url = Url("rtsp://u:p%40s@10.0.0.3:8555"),
                                               .session_id = "s2",
                                               .epoch = 8,
                                               .linger = absl::ZeroDuration()});
  EXPECT_EQ(got.path, "robot-a/camera");
  EXPECT_EQ(got.mediamtx_url, Url("rtsp://u:p%40s@10.0.0.3:8555"));
  EXPECT_EQ(got.session_id, "s2");
  EXPECT_EQ(got.epoch, 8u);
  EXPECT_EQ(got.linger, absl::ZeroDuration());
}

TEST(PublishWire, RefusesATargetThatIsNoUrl) {
  publish::v1::PublishRequest wire;
  wire.mutable_open()->set_path("a");
  EXPECT_TRUE(PublishWire::Decode(wire).ok());
  wire.mutable_open()->set_mediamtx_url("nonsense");
  EXPECT_FALSE(PublishWire::Decode(wire).ok());
}

TEST(PublishWire, LingerIsEightSecondsUnlessSet) {
  publish::v1::PublishRequest wire;
  wire.mutable_open()->set_path("a");
  auto got = PublishWire::Decode(wire);
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(std::get<flow::PublishOpen>(*got).linger, absl::Seconds(8));
  wire.mutable_open()->mutable_linger()->set_seconds(61);
  EXPECT_FALSE(PublishWire::Decode(wire).ok());
}

TEST(PublishWire, RefusesBadPaths) {
  publish::v1::PublishRequest wire;
  for (const char* path : {"", "/a", "a/", "a//b", "..", "a b"}) {
    wire.mutable_open()->set_path(path);
    EXPECT_FALSE(PublishWire::Decode(wire).ok()) << path;
  }
}

TEST(PublishWire, OtherMessagesPass) {
  EXPECT_TRUE(UpPublish(flow::PublishClose{.handover = true}).handover);
  EXPECT_FALSE(UpPublish(flow::PublishClose{.handover = false}).handover);
  const auto opened = DownPublish(flow::PublishOpened{.resumed = true,
                                                      .last_dts_by_track = {{0, -7}},
                                                      .written_by_track = {{0, {-9, -8}}},
                                                      .instance = "p-1"});
  EXPECT_TRUE(opened.resumed);
  EXPECT_EQ(opened.last_dts_by_track.at(0), -7);
  EXPECT_EQ(opened.written_by_track.at(0), (flow::WrittenRun{-9, -8}));
  EXPECT_EQ(opened.instance, "p-1");
  EXPECT_EQ(DownPublish(flow::Credit{8}).packets, 8u);
  EXPECT_EQ(DownPublish(flow::WrittenThrough{5, 2}).dropped, 2u);
  EXPECT_TRUE(DownPublish(flow::Online{"rtsp://h/p", true}).control_api);
  const auto lost = DownPublish(flow::Lost{"refused", absl::Milliseconds(250), true});
  EXPECT_EQ(lost.reason, "refused");
  EXPECT_EQ(lost.retry_in, absl::Milliseconds(250));
  EXPECT_TRUE(lost.path_taken);
  EXPECT_EQ(DownPublish(flow::Superseded{6}).epoch, 6u);
  DownPublish(flow::Draining());
}

TEST(PublishWire, EachReasonForAKeyFramePasses) {
  for (auto reason : {flow::NeedKeyReason::kConnected, flow::NeedKeyReason::kReader,
                      flow::NeedKeyReason::kLoss, flow::NeedKeyReason::kPeriodic}) {
    EXPECT_EQ(DownPublish(flow::NeedKey{reason}).reason, reason);
  }
}

}  // namespace
}  // namespace relayfleet::rpc
