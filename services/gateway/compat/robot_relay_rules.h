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

enum class RobotRelayType { kRobotCamera, kExternalRtsp };

// What kind of relay a start asks for, once all that it gives is in order.
absl::StatusOr<RobotRelayType> CheckStart(const rest::v1::StartRelayRequest& request,
                                          const base::UrlPolicy& policy);

// The robot_camera relay that a start asks for.
relay::v1::CreateRelayRequest RobotCamera(const rest::v1::StartRelayRequest& request);

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
