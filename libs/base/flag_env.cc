// SPDX-License-Identifier: Apache-2.0

#include "libs/base/flag_env.h"

#include <cstdlib>
#include <map>
#include <optional>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/version.h"

namespace relayfleet::base {
namespace {

std::optional<std::string> Variable(const std::string& name) {
  const char* found = std::getenv(name.c_str());
  if (found == nullptr) return std::nullopt;
  absl::string_view value = found;
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  if (value.empty()) return std::nullopt;
  return std::string(value);
}

// absl's own flags (--help, --version, --flagfile) are none of ours: VERSION is often set.
bool IsOurFile(absl::string_view file) { return !absl::StrContains(file, "absl/flags/"); }

bool IsOurs(const absl::CommandLineFlag& flag) {
  return !flag.IsRetired() && IsOurFile(flag.Filename());
}

// Makes --help list every flag of ours: absl would look for those of a file named as the program.
void Describe(const Program& program) {
  absl::FlagsUsageConfig config;
  config.contains_help_flags = config.contains_helpshort_flags = IsOurFile;
  config.version_string = [version = absl::StrCat(program.name, " ", kVersion, "\n")] {
    return version;
  };
  absl::SetFlagsUsageConfig(config);
  // absl ends a process that sets this twice, as a test of configurations would.
  [[maybe_unused]] static const bool once = [&program] {
    absl::SetProgramUsageMessage(
        absl::StrCat(program.name, ": ", program.about,
                     "\nEach flag is also the environment variable of its name in upper case "
                     "(--log_level, LOG_LEVEL); the command line wins."));
    return true;
  }();
}

// Sets `flag` from `variable`; false if that is not set.
absl::StatusOr<bool> SetFrom(absl::CommandLineFlag& flag, const std::string& variable) {
  const std::optional<std::string> value = Variable(variable);
  if (!value.has_value()) return false;
  std::string error;
  if (flag.ParseFrom(*value, &error)) return true;
  return BadSetting(variable, error);
}

}  // namespace

absl::Status ApplyEnvironment(absl::Span<const EnvAlias> aliases) {
  // By name, so that of two bad variables always the same is reported.
  std::map<std::string, std::vector<std::string>> variables;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (IsOurs(*flag)) variables[std::string(name)] = {absl::AsciiStrToUpper(name)};
  }
  for (const EnvAlias& alias : aliases) {
    const auto flag = variables.find(std::string(alias.flag));
    if (flag == variables.end()) {
      return absl::InternalError(absl::StrCat("no flag --", alias.flag));
    }
    flag->second.emplace_back(alias.variable);
  }
  for (const auto& [name, names] : variables) {
    for (const std::string& variable : names) {
      const absl::StatusOr<bool> set = SetFrom(*absl::FindCommandLineFlag(name), variable);
      if (!set.ok()) return set.status();
      if (*set) break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ParseFlags(const Program& program, int argc, char** argv,
                                                    absl::Span<const EnvAlias> aliases) {
  Describe(program);
  if (absl::Status status = ApplyEnvironment(aliases); !status.ok()) return status;
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  return std::vector<std::string>(rest.begin() + 1, rest.end());
}

}  // namespace relayfleet::base
