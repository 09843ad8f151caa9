// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_CONFIG_H_
#define RELAYFLEET_SERVICES_COMMON_CONFIG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/log_sink.h"

namespace relayfleet::common {

// The flags that every service binary has: --log_format, --log_level, --log_dir. To be called
// after the flags were parsed. BadSetting names the flag.
absl::StatusOr<telemetry::LogOptions> LogConfig();

// An address to listen on.
struct Endpoint {
  std::string host;  // IP address without brackets
  int port = 0;      // 0: a free one

  // "host:port" or "[v6]:port".
  std::string ToString() const;
};

// Reads "HOST:PORT" or "[V6]:PORT". BadSetting names `flag`.
absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view flag, absl::string_view text);

// What every stage's binary is told.
struct StageConfig {
  Endpoint listen;
  Endpoint metrics;
  telemetry::LogOptions log;
};

// Of what --listen and --metrics_listen say, and LogConfig(); `log_file` is the name in --log_dir.
absl::StatusOr<StageConfig> ReadStageConfig(absl::string_view listen,
                                            absl::string_view metrics_listen,
                                            absl::string_view log_file);

// This machine's name, by which an instance is known to its peers.
std::string HostName();

}  // namespace relayfleet::common

#endif  // RELAYFLEET_SERVICES_COMMON_CONFIG_H_
