// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_FINDING_H_
#define RELAYFLEET_TOOLS_RELAYCTL_FINDING_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace relayfleet::relayctl {

// One thing that was looked at: how it is, and what that means or what to do about it.
struct Finding {
  // kWarn: works, but not everywhere or not for long.
  enum class Level { kOk, kWarn, kFail };

  Level level = Level::kOk;
  std::string subject;  // e.g. "profile"
  std::string text;
};

// A line each: "warn  gop  12.0 s, …", or a JSON object each.
void PrintFindings(const std::vector<Finding>& findings, bool json, std::ostream& out);

// FAILED_PRECONDITION, with their number, when something fails.
absl::Status VerdictOf(const std::vector<Finding>& findings);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_FINDING_H_
