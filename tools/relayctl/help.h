// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_HELP_H_
#define RELAYFLEET_TOOLS_RELAYCTL_HELP_H_

#include <memory>
#include <string>
#include <vector>

#include "tools/relayctl/command.h"
#include "tools/relayctl/options.h"

namespace relayfleet::relayctl {

// What `relayctl --help` prints.
std::string OverallHelp(const std::vector<std::unique_ptr<Command>>& commands,
                        const Options& options);

// What `relayctl COMMAND --help` prints.
std::string CommandHelp(const Command& command, const Options& options);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_HELP_H_
