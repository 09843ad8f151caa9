// SPDX-License-Identifier: Apache-2.0

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "tools/relayctl/cli.h"

namespace {

void SetFrom(const char* variable, std::string* value) {
  const char* const text = std::getenv(variable);
  if (text != nullptr && *text != 0) *value = text;
}

}  // namespace

int main(int argc, char** argv) {
  relayfleet::relayctl::Interrupt interrupt;
  relayfleet::relayctl::Surroundings surroundings{.out = std::cout,
                                                  .err = std::cerr,
                                                  .interrupt = interrupt,
                                                  .terminal = isatty(STDOUT_FILENO) == 1};
  SetFrom("RELAYFLEET_SERVER", &surroundings.server);
  SetFrom("RELAYFLEET_MEDIAMTX", &surroundings.mediamtx);
  SetFrom("STATE_DIR", &surroundings.state_dir);
  return static_cast<int>(RunCli(std::vector<std::string>(argv + 1, argv + argc), surroundings));
}
