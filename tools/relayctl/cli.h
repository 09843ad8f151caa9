// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_CLI_H_
#define RELAYFLEET_TOOLS_RELAYCTL_CLI_H_

#include <ostream>
#include <string>
#include <vector>

#include "tools/relayctl/exit_code.h"
#include "tools/relayctl/interrupt.h"

namespace relayfleet::relayctl {

// Where a run of relayctl reads and writes; outlives it.
struct Surroundings {
  std::ostream& out;
  std::ostream& err;
  Interrupt& interrupt;
  bool terminal = false;                          // `out` is one
  std::string server = "localhost:50050";         // where no --server says otherwise
  std::string mediamtx = {};                      // where no --mediamtx says otherwise
  std::string state_dir = "/var/lib/relayfleet";  // where no --state_dir says otherwise
};

// One run: finds the command that `args` (without the program's name) begins with, options of
// every command aside, parses the rest, runs it and says what went wrong.
ExitCode RunCli(std::vector<std::string> args, const Surroundings& surroundings);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_CLI_H_
