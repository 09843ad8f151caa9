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

absl::Status CheckUrl(const std::string& text, const base::UrlPolicy& policy) {
  const absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(text);
  return url.ok() ? policy.CheckUrl(*url) : url.status();
}

}  // namespace

absl::StatusOr<RobotRelayType> CheckStart(const rest::v1::StartRelayRequest& request,
                                          const base::UrlPolicy& policy) {
  // Newer clients name no type: a source is external.
  const bool has_source = !request.source_url().empty();
  const std::string type = request.type().empty() && has_source ? kExternalRtsp : request.type();
  if (request.key().empty() || type.empty()) return base::KeyAndTypeRequired();
  const bool external = type == kExternalRtsp;
  if (!external && type != kRobotCamera) return base::UnknownRelayType(type);
  if (external && !has_source) return base::SourceUrlRequired();
  absl::Status status = base::ValidateKey(request.key());
  if (status.ok() && external) status = CheckUrl(request.source_url(), policy);
  if (status.ok() && !request.mediamtx_url().empty()) {
    status = CheckUrl(request.mediamtx_url(), policy);
  }
  if (!status.ok()) return status;
  return external ? RobotRelayType::kExternalRtsp : RobotRelayType::kRobotCamera;
}

relay::v1::CreateRelayRequest RobotCamera(const rest::v1::StartRelayRequest& request) {
  relay::v1::CreateRelayRequest create;
  create.set_key(request.key());
  relay::v1::RelaySpec& spec = *create.mutable_spec();
  spec.mutable_frames();
  spec.set_origin(kRobotRelayOrigin);
  if (!request.mediamtx_url().empty()) spec.mutable_mediamtx()->set_url(request.mediamtx_url());
  return create;
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
