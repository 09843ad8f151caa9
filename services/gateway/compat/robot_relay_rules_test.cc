// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/compat/robot_relay_rules.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "libs/rpc/proto_time.h"

namespace relayfleet::gateway {
namespace {

rest::v1::StartRelayRequest Start(const char* key, const char* type, const char* source) {
  rest::v1::StartRelayRequest request;
  if (key != nullptr) request.set_key(key);
  if (type != nullptr) request.set_type(type);
  if (source != nullptr) request.set_source_url(source);
  return request;
}

absl::StatusOr<relay::v1::CreateRelayRequest> Check(const rest::v1::StartRelayRequest& request) {
  return RelayFor(request, {.relay_fps = 7});
}

TEST(RelayFor, SourceAloneIsExternal) {
  EXPECT_TRUE(Check(Start("a", nullptr, "rtsp://cam/1"))->spec().has_rtsp());
  EXPECT_TRUE(Check(Start("a", "", "rtsp://cam/1"))->spec().has_rtsp());
  EXPECT_TRUE(Check(Start("a", "robot_camera", "rtsp://cam/1"))->spec().has_frames());
  EXPECT_TRUE(Check(Start("a", "robot_camera", nullptr))->spec().has_frames());
}

TEST(RelayFor, AnExternalCameraIsMadeWhatConsumersNeed) {
  auto request = Start("a/b", "external_rtsp", "rtsps://u:p@cam/1");
  request.set_mediamtx_url("rtsp://10.0.0.9:8555");
  const auto create = *Check(request);
  EXPECT_EQ(create.key(), "a/b");
  EXPECT_EQ(create.spec().rtsp().url(), "rtsps://u:p@cam/1");
  EXPECT_EQ(create.spec().origin(), "robot_relay");
  EXPECT_EQ(create.spec().mediamtx().url(), "rtsp://10.0.0.9:8555");
  const auto& output = create.spec().output();
  EXPECT_EQ(output.mode(), relay::v1::OUTPUT_MODE_TRANSCODE);
  EXPECT_EQ(output.width(), 1280u);
  EXPECT_EQ(output.height(), 720u);
  EXPECT_EQ(output.fps(), 7);
  EXPECT_EQ(output.profile(), media::v1::PROFILE_BASELINE);
  EXPECT_EQ(output.audio(), relay::v1::AUDIO_MODE_NONE);
}

TEST(IsOver, OnlyOwnRelaysThatRunNoMore) {
  relay::v1::Relay relay;
  relay.mutable_spec()->set_origin("robot_relay");
  relay.mutable_status()->set_state(relay::v1::RELAY_STATE_RECOVERING);
  EXPECT_FALSE(IsOver(relay));
  relay.mutable_status()->set_state(relay::v1::RELAY_STATE_FAILED);
  EXPECT_TRUE(IsOver(relay));
  relay.mutable_spec()->set_origin("native");
  EXPECT_FALSE(IsOver(relay));
}

TEST(RelayFor, MissingParts) {
  for (const auto& request :
       {Start(nullptr, "robot_camera", nullptr), Start("", "robot_camera", ""),
        Start("a", nullptr, nullptr), Start(nullptr, nullptr, "rtsp://c/")}) {
    EXPECT_EQ(Check(request).status().message(), "key and type required");
  }
  EXPECT_EQ(Check(Start("a", "external_rtsp", nullptr)).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Check(Start("a", "webcam", nullptr)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(RelayFor, KeysAndUrlsAreValidated) {
  EXPECT_FALSE(Check(Start("a/../b", "robot_camera", nullptr)).ok());
  EXPECT_FALSE(Check(Start("a", "external_rtsp", "no url")).ok());
  const auto file = Check(Start("a", "external_rtsp", "file:///etc/passwd"));
  EXPECT_FALSE(file.ok());
  EXPECT_EQ(Check(Start("a", "external_rtsp", "rtsp://169.254.169.254/")).status().code(),
            absl::StatusCode::kPermissionDenied);
  auto request = Start("a", "robot_camera", nullptr);
  request.set_mediamtx_url("rtsp://169.254.1.1:8554");
  EXPECT_EQ(Check(request).status().code(), absl::StatusCode::kPermissionDenied);
  const auto secret = Check(Start("a", "external_rtsp", "rtsp://u:hunter2@cam:bad/"));
  EXPECT_EQ(secret.status().message().find("hunter2"), absl::string_view::npos);
}

TEST(RelayFor, ARobotCameraCarriesOriginAndTarget) {
  auto request = Start("a/b", "robot_camera", nullptr);
  request.set_mediamtx_url("rtsp://10.0.0.9:8555");
  const auto create = *Check(request);
  EXPECT_EQ(create.key(), "a/b");
  EXPECT_EQ(create.spec().origin(), "robot_relay");
  EXPECT_TRUE(create.spec().has_frames());
  EXPECT_EQ(create.spec().mediamtx().url(), "rtsp://10.0.0.9:8555");
}

TEST(Listed, RunningWhileAnythingIsTried) {
  relay::v1::Relay relay;
  relay.mutable_spec()->mutable_frames();
  *relay.mutable_status()->mutable_uptime() = rpc::ToProto(absl::Milliseconds(12345));
  relay.mutable_status()->set_restart_count(3);
  for (int state = relay::v1::RelayState_MIN; state <= relay::v1::RelayState_MAX; ++state) {
    relay.mutable_status()->set_state(static_cast<relay::v1::RelayState>(state));
    EXPECT_EQ(Listed(relay).running(),
              state >= relay::v1::RELAY_STATE_STARTING && state <= relay::v1::RELAY_STATE_STALE);
  }
  EXPECT_EQ(Listed(relay).type(), "robot_camera");
  EXPECT_EQ(Listed(relay).uptime(), 12.3);
  EXPECT_EQ(Listed(relay).restart_count(), 3);
}

TEST(PushResult, OnlyBadAndLostPicturesAreErrors) {
  relay::v1::PushFrameResponse response;
  for (int outcome = 0; outcome <= relay::v1::PushOutcome_MAX; ++outcome) {
    response.set_outcome(static_cast<relay::v1::PushOutcome>(outcome));
    const auto code = PushResult(response).code();
    if (outcome == relay::v1::PUSH_OUTCOME_BAD_IMAGE) {
      EXPECT_EQ(code, absl::StatusCode::kInvalidArgument);
    } else if (outcome == relay::v1::PUSH_OUTCOME_FAILED) {
      EXPECT_EQ(code, absl::StatusCode::kUnavailable);
    } else {
      EXPECT_EQ(code, absl::StatusCode::kOk);
    }
  }
}

TEST(ReadyWait, DefaultsAndBounds) {
  rest::v1::WaitReadyRequest request;
  EXPECT_EQ(*ReadyWait(request), absl::Seconds(15));
  request.set_timeout(0.25);
  EXPECT_EQ(*ReadyWait(request), absl::Milliseconds(250));
  request.set_timeout(-3);
  EXPECT_EQ(*ReadyWait(request), absl::ZeroDuration());
  request.set_timeout(std::numeric_limits<double>::infinity());
  EXPECT_EQ(*ReadyWait(request), absl::Seconds(300));
  request.set_timeout(std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(ReadyWait(request).ok());
}

}  // namespace
}  // namespace relayfleet::gateway
