// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/compat/robot_relay_rules.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"
#include "libs/base/secret_url.h"
#include "libs/rpc/proto_time.h"

namespace relayfleet::gateway {
namespace {

constexpr char kRobotCamera[] = "robot_camera";
constexpr char kExternalRtsp[] = "external_rtsp";
constexpr double kDefaultWaitSeconds = 15;

constexpr int kExternalWidth = 1280;
constexpr int kExternalHeight = 720;

absl::Status CheckUrl(const std::string& text, const base::UrlPolicy& policy) {
  const absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(text);
  return url.ok() ? policy.CheckUrl(*url) : url.status();
}

// Whatever the operator allows, a camera is read by RTSP; ingest asks its own policy too.
absl::Status CheckSource(const std::string& text) {
  const auto policy = base::UrlPolicy::Create({.schemes = {"rtsp", "rtsps"}});
  return policy.ok() ? CheckUrl(text, *policy) : policy.status();
}

void SetExternal(const std::string& source_url, int fps, relay::v1::RelaySpec* spec) {
  spec->mutable_rtsp()->set_url(source_url);
  relay::v1::VideoOutput& output = *spec->mutable_output();
  output.set_mode(relay::v1::OUTPUT_MODE_TRANSCODE);
  output.set_width(kExternalWidth);
  output.set_height(kExternalHeight);
  output.set_fps(fps);
  output.set_profile(media::v1::PROFILE_BASELINE);
  output.set_audio(relay::v1::AUDIO_MODE_NONE);
}

}  // namespace

absl::StatusOr<relay::v1::CreateRelayRequest> RelayFor(const rest::v1::StartRelayRequest& request,
                                                       const RobotRelayRules& rules) {
  // Newer clients name no type: a source is external.
  const bool has_source = !request.source_url().empty();
  const std::string type = request.type().empty() && has_source ? kExternalRtsp : request.type();
  if (request.key().empty() || type.empty()) return base::KeyAndTypeRequired();
  const bool external = type == kExternalRtsp;
  if (!external && type != kRobotCamera) return base::UnknownRelayType(type);
  if (external && !has_source) return base::SourceUrlRequired();
  absl::Status status = base::ValidateKey(request.key());
  if (external) status.Update(CheckSource(request.source_url()));
  const std::string& target = request.mediamtx_url();
  if (!target.empty()) status.Update(CheckUrl(target, rules.target));
  if (!status.ok()) return status;
  relay::v1::CreateRelayRequest create;
  create.set_key(request.key());
  relay::v1::RelaySpec& spec = *create.mutable_spec();
  spec.set_origin(kRobotRelayOrigin);
  if (!target.empty()) spec.mutable_mediamtx()->set_url(target);
  if (external) {
    SetExternal(request.source_url(), rules.relay_fps, &spec);
  } else {
    spec.mutable_frames();
  }
  return create;
}

bool IsOver(const relay::v1::Relay& relay) {
  return relay.spec().origin() == kRobotRelayOrigin &&
         (relay.status().state() == relay::v1::RELAY_STATE_FAILED ||
          relay.status().state() == relay::v1::RELAY_STATE_STOPPED);
}

rest::v1::ListRelaysResponse::Relay Listed(const relay::v1::Relay& relay) {
  rest::v1::ListRelaysResponse::Relay listed;
  listed.set_type(relay.spec().has_frames() ? kRobotCamera : kExternalRtsp);
  const relay::v1::RelayState state = relay.status().state();
  listed.set_running(
      state == relay::v1::RELAY_STATE_STARTING || state == relay::v1::RELAY_STATE_RUNNING ||
      state == relay::v1::RELAY_STATE_RECOVERING || state == relay::v1::RELAY_STATE_STALE);
  const double seconds = absl::ToDoubleSeconds(rpc::FromProto(relay.status().uptime()));
  listed.set_uptime(std::round(seconds * 10) / 10);
  listed.set_restart_count(relay.status().restart_count());
  return listed;
}

absl::Status PushResult(const relay::v1::PushFrameResponse& response) {
  switch (response.outcome()) {
    case relay::v1::PUSH_OUTCOME_BAD_IMAGE:
      return base::BadImage(response.detail());
    case relay::v1::PUSH_OUTCOME_FAILED:
      return base::PeerUnavailable("the stream", response.detail());
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<absl::Duration> ReadyWait(const rest::v1::WaitReadyRequest& request) {
  const double seconds = request.has_timeout() ? request.timeout() : kDefaultWaitSeconds;
  if (std::isnan(seconds)) return base::InvalidField("timeout", "must be a number of seconds");
  return std::clamp(absl::Seconds(seconds), absl::ZeroDuration(), base::kMaxReadyWait);
}

}  // namespace relayfleet::gateway
