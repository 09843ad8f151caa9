// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_COMMAND_H_
#define RELAYFLEET_TOOLS_RELAYCTL_COMMAND_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/relayctl/client.h"
#include "tools/relayctl/interrupt.h"
#include "tools/relayctl/options.h"

namespace relayfleet::relayctl {

// What a running command works with; outlives it.
struct Context {
  Stub& stub;
  std::ostream& out;  // the answer
  std::ostream& err;  // what went wrong, and what goes on
  Interrupt& interrupt;
  bool json = false;      // one JSON object per line
  bool terminal = false;  // `out` is a terminal
};

// One verb of relayctl: says what it takes, then runs once. Its options are fields that Declare()
// binds.
class Command {
 public:
  struct About {
    absl::string_view name;       // "relay create"
    absl::string_view arguments;  // "KEY"; empty: takes none
    absl::string_view summary;    // one line
    absl::string_view examples;   // lines, each a command
    size_t min_arguments = 0;
    size_t max_arguments = 0;
    // An interrupt is the command's own business; others just die of it.
    bool takes_signals = false;
  };

  virtual ~Command() = default;

  virtual About about() const = 0;
  virtual void Declare(Options& options) { static_cast<void>(options); }
  // Prints the answer; the status says what went wrong (see ToExitCode).
  virtual absl::Status Run(const std::vector<std::string>& arguments, Context& context) = 0;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_COMMAND_H_
