// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/exit_code.h"

namespace relayfleet::relayctl {

ExitCode ToExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kUsage;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kUnavailable:
      return ExitCode::kUnreachable;
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kNotInTime;
    case absl::StatusCode::kAlreadyExists:
      return ExitCode::kExists;
    case absl::StatusCode::kCancelled:
      return ExitCode::kInterrupted;
    default:
      return ExitCode::kFailed;
  }
}

absl::string_view ExitCodeHelp() {
  return "Exit codes:\n"
         "  0    done\n"
         "  1    failed; (push) frames were lost or refused; (check, doctor) something is not "
         "right\n"
         "  2    wrong arguments, by relayctl's or the server's judgement\n"
         "  3    no such relay\n"
         "  4    the server can't be reached\n"
         "  5    not ready in time\n"
         "  6    the relay exists with another spec\n"
         "  130  interrupted before it was done (push ends orderly instead)\n";
}

}  // namespace relayfleet::relayctl
