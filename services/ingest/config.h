// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_CONFIG_H_
#define RELAYFLEET_SERVICES_INGEST_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/common/config.h"
#include "services/ingest/ingest.h"

namespace relayfleet::ingest {

// What the binary is told by flags and environment.
struct Config : common::StageConfig {
  std::string transcode;  // "HOST:PORT" of the peers
  std::string publish;
  Ingest::Options ingest;
};

// Reads flags and environment. Errors name the flag or variable.
absl::StatusOr<Config> ReadConfig(int argc, char** argv);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_CONFIG_H_
