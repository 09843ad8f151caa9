// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_EXIT_CODE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_EXIT_CODE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relayfleet::relayctl {

// What scripts go by. Never renumbered.
enum class ExitCode {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kUnreachable = 4,
  kNotInTime = 5,
  kExists = 6,
  kInterrupted = 130,
};

// The code for what a command ended with: commands speak in statuses.
ExitCode ToExitCode(const absl::Status& status);

// The table of codes, for --help.
absl::string_view ExitCodeHelp();

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_EXIT_CODE_H_
