// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_CONFIG_H_
#define RELAYFLEET_SERVICES_GATEWAY_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/telemetry/log_sink.h"
#include "services/common/config.h"
#include "services/gateway/gateway.h"

namespace relayfleet::gateway {

// What the binary is told by flags and environment.
struct Config {
  Gateway::Options gateway;
  common::Endpoint metrics;
  std::string ingest;  // "HOST:PORT" of the peer
  telemetry::LogOptions log;
};

// Reads flags and environment. Errors name the flag or variable.
absl::StatusOr<Config> ReadConfig(int argc, char** argv);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_CONFIG_H_
