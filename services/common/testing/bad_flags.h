// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_TESTING_BAD_FLAGS_H_
#define RELAYFLEET_SERVICES_COMMON_TESTING_BAD_FLAGS_H_

#include <string>
#include <vector>

#include "absl/flags/reflection.h"
#include "absl/status/statusor.h"

namespace relayfleet::common::testing {

// What `read` (a service's ReadConfig) makes of these arguments. Flags are as before afterwards.
template <typename Config>
absl::StatusOr<Config> ReadWith(absl::StatusOr<Config> (*read)(int, char**),
                                std::vector<std::string> arguments) {
  const absl::FlagSaver saver;
  arguments.insert(arguments.begin(), "program");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return read(static_cast<int>(arguments.size()), argv.data());
}

}  // namespace relayfleet::common::testing

#endif  // RELAYFLEET_SERVICES_COMMON_TESTING_BAD_FLAGS_H_
