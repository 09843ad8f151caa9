// SPDX-License-Identifier: Apache-2.0

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "tools/relayctl/cli.h"

int main(int argc, char** argv) {
  relayfleet::relayctl::Interrupt interrupt;
  relayfleet::relayctl::Surroundings surroundings{.out = std::cout,
                                                  .err = std::cerr,
                                                  .interrupt = interrupt,
                                                  .terminal = isatty(STDOUT_FILENO) == 1};
  if (const char* server = std::getenv("RELAYFLEET_SERVER"); server != nullptr && *server != 0) {
    surroundings.server = server;
  }
  return static_cast<int>(RunCli(std::vector<std::string>(argv + 1, argv + argc), surroundings));
}
