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

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_COMMANDS_H_
