// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_RELAY_FPS_CONFIG_H_
#define RELAYFLEET_SERVICES_COMMON_RELAY_FPS_CONFIG_H_

#include "absl/status/statusor.h"

namespace relayfleet::common {

// --relay_fps: what ingest fills frames relays with, and what the gateway has the robot relay API's
// cameras published at. BadSetting names the flag.
absl::StatusOr<int> RelayFps();

}  // namespace relayfleet::common

#endif  // RELAYFLEET_SERVICES_COMMON_RELAY_FPS_CONFIG_H_
