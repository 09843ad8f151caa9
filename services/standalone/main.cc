// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <string>

#include "libs/base/signals.h"
#include "libs/telemetry/log_sink.h"
#include "services/standalone/config.h"
#include "services/standalone/fleet.h"

namespace relayfleet::standalone {
namespace {

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  const auto fleet = Fleet::Start(config.fleet, *log);
  if (!fleet.ok()) return fleet.status();
  std::fputs(Summary((*fleet)->places()).c_str(), stdout);
  std::fflush(stdout);
  const int signal = base::WaitForSignal();
  (*log)->Info("stopping", {{"signal", signal}});
  (*fleet)->Stop();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  base::BlockSignals();
  const auto config = ReadConfig(argc, argv);
  const absl::Status status = config.ok() ? Run(*config) : config.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "standalone: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace relayfleet::standalone

int main(int argc, char** argv) { return relayfleet::standalone::Main(argc, argv); }
