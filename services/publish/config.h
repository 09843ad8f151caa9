// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_CONFIG_H_
#define RELAYFLEET_SERVICES_PUBLISH_CONFIG_H_

#include "absl/status/statusor.h"
#include "services/common/config.h"
#include "services/publish/publish.h"

namespace relayfleet::publish {

// What the binary is told by flags and environment.
struct Config : common::StageConfig {
  Publish::Options publish;
};

// Reads flags and environment. Errors name the flag or variable.
absl::StatusOr<Config> ReadConfig(int argc, char** argv);

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_CONFIG_H_
