// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_TESTING_BAD_FLAGS_H_
#define RELAYFLEET_SERVICES_COMMON_TESTING_BAD_FLAGS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/flags/reflection.h"
#include "absl/status/status.h"
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

// Each argument is refused as INVALID_ARGUMENT with its flag's name in the message.
template <typename Config>
void ExpectRefused(absl::StatusOr<Config> (*read)(int, char**),
                   const std::vector<std::pair<std::string, std::string>>& argument_and_flag) {
  for (const auto& [argument, flag] : argument_and_flag) {
    const absl::StatusOr<Config> config = ReadWith(read, {argument});
    EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument) << argument;
    EXPECT_THAT(std::string(config.status().message()), ::testing::HasSubstr(flag)) << argument;
  }
}

}  // namespace relayfleet::common::testing

#endif  // RELAYFLEET_SERVICES_COMMON_TESTING_BAD_FLAGS_H_
