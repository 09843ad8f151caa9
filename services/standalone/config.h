// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_STANDALONE_CONFIG_H_
#define RELAYFLEET_SERVICES_STANDALONE_CONFIG_H_

#include "absl/status/statusor.h"
#include "libs/telemetry/log_sink.h"
#include "libs/telemetry/systemd_notifier.h"
#include "services/common/config.h"
#include "services/standalone/fleet.h"

namespace relayfleet::standalone {

// What the binary is told by flags and environment.
struct Config {
  Fleet::Options fleet;
  telemetry::LogOptions log;
  telemetry::SystemdNotifier::Options systemd;
};

// Reads flags and environment. Errors name the flag or variable.
absl::StatusOr<Config> ReadConfig(int argc, char** argv);

}  // namespace relayfleet::standalone

#endif  // RELAYFLEET_SERVICES_STANDALONE_CONFIG_H_
