// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_FLAG_ENV_H_
#define RELAYFLEET_LIBS_BASE_FLAG_ENV_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// Flags = environment variables: every absl flag of the program is also the variable of its name
// in upper case (--relay_fps, RELAY_FPS). The command line wins. Only config.cc files call these.
namespace relayfleet::base {

// An older name of a flag's variable.
struct EnvAlias {
  absl::string_view variable;  // e.g. "RELAY_SERVICE_PORT"
  absl::string_view flag;      // e.g. "robot_relay_port"
};

// What --help and --version say of a program.
struct Program {
  absl::string_view name;   // e.g. "relayfleet ingest"
  absl::string_view about;  // one sentence: what it is
};

// Takes the environment, then the command line, on which a bad flag ends the process with its
// usage, and --help and --version do so after their text, as with absl. Returns the arguments that
// are no flags, the program's name left out.
absl::StatusOr<std::vector<std::string>> ParseFlags(const Program& program, int argc, char** argv,
                                                    absl::Span<const EnvAlias> aliases = {});

// The first half: sets flags from their variables, or else from an alias. Empty variables count as
// not set, and a value in double quotes loses them (docker's --env-file keeps them). A bad value is
// BadSetting and names the variable. Call it before the command line is parsed.
absl::Status ApplyEnvironment(absl::Span<const EnvAlias> aliases);

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_FLAG_ENV_H_
