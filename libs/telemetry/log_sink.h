// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_LOG_SINK_H_
#define RELAYFLEET_LIBS_TELEMETRY_LOG_SINK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/telemetry/log.h"

namespace relayfleet::telemetry {

struct LogOptions {
  LogFormat format = LogFormat::kText;
  LogLevel level = LogLevel::kInfo;
  // Not empty: lines also go to `dir`/`file_name` (LOG_DIR), made when missing; 10 MiB each, with
  // 4 older ones kept.
  std::string dir;
  std::string file_name = "relay_service.log";
};

// A logger to standard error (and a file), over spdlog. A thread of its own writes, behind a queue
// of 8192 lines; full policy: the oldest is dropped, and a later line says how many were in all.
// The last owner's end writes what is queued.
absl::StatusOr<std::shared_ptr<const Logger>> CreateLogger(const LogOptions& options);

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_LOG_SINK_H_
