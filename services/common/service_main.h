// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_SERVICE_MAIN_H_
#define RELAYFLEET_SERVICES_COMMON_SERVICE_MAIN_H_

#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "libs/base/signals.h"
#include "libs/rpc/grpc_threads.h"

namespace relayfleet::common {

// Threads for a service's sockets, timers and messages, where all work is short: half of the cores,
// since with each thread more grows what they spend on waking each other.
inline int ControlThreads() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, 8);
}

// What every service's main() is: reads the configuration, runs until a signal, and says on
// standard error why it could not. Returns the exit code. Config: as `read` returns it.
template <typename Config>
int Main(const char* name, int argc, char** argv, absl::StatusOr<Config> (*read)(int, char**),
         absl::Status (*run)(const Config&)) {
  base::BlockSignals();
  const absl::StatusOr<Config> config = read(argc, argv);
  absl::Status status = config.status();
  if (config.ok()) {
    const rpc::GrpcThreads threads;
    status = run(*config);
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s: %s\n", name, std::string(status.message()).c_str());
  return 1;
}

}  // namespace relayfleet::common

#endif  // RELAYFLEET_SERVICES_COMMON_SERVICE_MAIN_H_
