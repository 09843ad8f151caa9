// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "libs/base/signals.h"
#include "libs/telemetry/log_sink.h"
#include "libs/telemetry/systemd_notifier.h"
#include "services/common/service_main.h"
#include "services/standalone/config.h"
#include "services/standalone/fleet.h"
#include "services/standalone/summary.h"

namespace relayfleet::standalone {
namespace {

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  const auto fleet = Fleet::Start(config.fleet, *log);
  if (!fleet.ok()) return fleet.status();
  const auto systemd =
      telemetry::SystemdNotifier::Create(config.systemd, (*fleet)->runtime().NewStrand());
  if (!systemd.ok()) return systemd.status();
  (*systemd)->Ready("serves");
  std::fputs(Summary((*fleet)->places()).c_str(), stdout);
  std::fflush(stdout);
  const int signal = base::WaitForSignal();
  (*systemd)->Stopping();
  (*log)->Info("stopping", {{"signal", signal}});
  (*fleet)->Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace relayfleet::standalone

int main(int argc, char** argv) {
  return relayfleet::common::Main("standalone", argc, argv, relayfleet::standalone::ReadConfig,
                                  relayfleet::standalone::Run);
}
