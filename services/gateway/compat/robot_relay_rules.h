// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_RULES_H_
#define RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_RULES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/url_policy.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "relayfleet/rest/v1/robot_relay.pb.h"

namespace relayfleet::gateway {

// Origin of the relays that the robot relay API makes.
inline constexpr char kRobotRelayOrigin[] = "robot_relay";

// What the gateway's flags say of the relays that this API makes.
struct RobotRelayRules {
  base::UrlPolicy target;  // of a mediamtx_url
  int relay_fps = 5;       // of external_rtsp, published
};

// The relay that a start asks for, once all that it gives is in order: pushed pictures, or a camera
// that is made what the API's consumers need (1280x720, Baseline, RELAY_FPS, no audio).
absl::StatusOr<relay::v1::CreateRelayRequest> RelayFor(const rest::v1::StartRelayRequest& request,
                                                       const RobotRelayRules& rules);

// Whether `relay` is of this API and runs no more: then a start begins it anew.
bool IsOver(const relay::v1::Relay& relay);

// How a relay looks in the list.
rest::v1::ListRelaysResponse::Relay Listed(const relay::v1::Relay& relay);

// What a pushed frame's outcome means to a REST client: dropping for want of room or rate is not
// its error, a bad picture and a lost one are.
absl::Status PushResult(const relay::v1::PushFrameResponse& response);

// The wait that was asked for, brought into the range that the service takes. INVALID_ARGUMENT for
// what is no number.
absl::StatusOr<absl::Duration> ReadyWait(const rest::v1::WaitReadyRequest& request);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_RULES_H_
