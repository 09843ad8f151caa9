// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_API_CONFIG_H_
#define RELAYFLEET_SERVICES_GATEWAY_API_CONFIG_H_

#include "absl/status/statusor.h"
#include "services/gateway/gateway.h"

namespace relayfleet::gateway {

// What the flags say of the gateway: where users reach which API (--listen, --robot_relay_port,
// --rest_port, --grpc_port) and where callers' URLs may lead. For its own binary and standalone.
// To be called after the flags were parsed. BadSetting names the flag.
absl::StatusOr<Gateway::Options> ApiConfig();

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_API_CONFIG_H_
