// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_COMMANDS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_COMMANDS_H_

#include <memory>
#include <string>

#include "tools/relayctl/command.h"

// Every verb, one file each.
namespace relayfleet::relayctl {

// Who makes relays takes `mediamtx`: a URL for where no --mediamtx says otherwise; may be empty.
std::unique_ptr<Command> NewRelayCreate(std::string mediamtx);
std::unique_ptr<Command> NewRelayList();
std::unique_ptr<Command> NewRelayGet();
std::unique_ptr<Command> NewRelayDelete();
std::unique_ptr<Command> NewRelayReady();
std::unique_ptr<Command> NewRelayUpdate(std::string mediamtx);
std::unique_ptr<Command> NewRelayWatch();
std::unique_ptr<Command> NewPush(std::string mediamtx);
std::unique_ptr<Command> NewPipe(std::string mediamtx);
std::unique_ptr<Command> NewEncoders();
std::unique_ptr<Command> NewCheck();
std::unique_ptr<Command> NewProbe();

// Where the machine that `doctor` looks at differs from the usual one.
struct DoctorDefaults {
  std::string mediamtx;   // a URL; empty: rtsp://localhost:8554
  std::string state_dir;  // as the services' --state_dir
};
std::unique_ptr<Command> NewDoctor(const DoctorDefaults& defaults);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_COMMANDS_H_
