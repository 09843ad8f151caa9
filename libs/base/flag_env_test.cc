// SPDX-License-Identifier: Apache-2.0

#include "libs/base/flag_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "libs/base/version.h"

ABSL_FLAG(int32_t, fe_port, 5020, "A port.");
ABSL_FLAG(bool, fe_nvenc, true, "A switch.");
ABSL_FLAG(std::string, fe_name, "standard", "A name.");

namespace relayfleet::base {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr EnvAlias kAliases[] = {{"FE_OLD_PORT", "fe_port"}};
constexpr Program kProgram = {.name = "relayfleet test", .about = "Tries flags."};

// Each test begins with the standard flags and none of the variables.
class FlagEnv : public ::testing::Test {
 protected:
  FlagEnv() {
    for (const char* name : {"FE_PORT", "FE_OLD_PORT", "FE_NVENC", "FE_NAME", "HELP"}) {
      unsetenv(name);
    }
  }
  absl::FlagSaver saver_;
};

TEST_F(FlagEnv, VariableOfTheFlagsNameSetsIt) {
  setenv("FE_PORT", "6000", 1);
  setenv("FE_NVENC", "false", 1);
  ASSERT_TRUE(ApplyEnvironment(kAliases).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_port), 6000);
  EXPECT_FALSE(absl::GetFlag(FLAGS_fe_nvenc));
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_name), "standard");
}

TEST_F(FlagEnv, AliasCountsWhereTheOwnNameIsNotSet) {
  setenv("FE_OLD_PORT", "7000", 1);
  ASSERT_TRUE(ApplyEnvironment(kAliases).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_port), 7000);
  setenv("FE_PORT", "6000", 1);
  ASSERT_TRUE(ApplyEnvironment(kAliases).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_port), 6000);
}

TEST_F(FlagEnv, CommandLineWins) {
  setenv("FE_PORT", "6000", 1);
  setenv("FE_NAME", "env", 1);
  std::string args[] = {"program", "--fe_port=1", "rest"};
  char* argv[] = {args[0].data(), args[1].data(), args[2].data(), nullptr};
  const auto rest = ParseFlags(kProgram, 3, argv, kAliases);
  ASSERT_TRUE(rest.ok());
  EXPECT_THAT(*rest, ElementsAre("rest"));
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_port), 1);
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_name), "env");
}

TEST_F(FlagEnv, DoubleQuotesAreTakenOffAndEmptyIsNotSet) {
  setenv("FE_NAME", "\"in quotes\"", 1);
  setenv("FE_PORT", "\"\"", 1);
  setenv("FE_NVENC", "", 1);
  ASSERT_TRUE(ApplyEnvironment(kAliases).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_name), "in quotes");
  EXPECT_EQ(absl::GetFlag(FLAGS_fe_port), 5020);
  EXPECT_TRUE(absl::GetFlag(FLAGS_fe_nvenc));
}

TEST_F(FlagEnv, BadValueNamesTheVariable) {
  setenv("FE_OLD_PORT", "many", 1);
  const absl::Status status = ApplyEnvironment(kAliases);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("FE_OLD_PORT"));
}

TEST_F(FlagEnv, FlagsOfAbslAreLeftAlone) {
  setenv("HELP", "not a bool", 1);
  EXPECT_TRUE(ApplyEnvironment(kAliases).ok());
}

// Runs ParseFlags with one argument, in a process of its own since that ends it.
void ParseOne(std::string argument) {
  std::string name = "program";
  char* argv[] = {name.data(), argument.data(), nullptr};
  // absl writes to standard output, death tests read the other.
  dup2(STDERR_FILENO, STDOUT_FILENO);
  (void)ParseFlags(kProgram, 2, argv);
}

TEST_F(FlagEnv, HelpShowsOurFlagsAndSaysThatTheyAreVariables) {
  const auto ends = [](int status) { return WIFEXITED(status); };
  EXPECT_EXIT(ParseOne("--help"), ends, HasSubstr("--fe_port (A port.)"));
  EXPECT_EXIT(ParseOne("--help"), ends, HasSubstr("relayfleet test: Tries flags."));
  EXPECT_EXIT(ParseOne("--help"), ends, HasSubstr("environment variable"));
  EXPECT_EXIT(ParseOne("--help"), ends, Not(HasSubstr("--flagfile")));
}

TEST_F(FlagEnv, VersionShowsNameAndVersion) {
  const auto ends = [](int status) { return WIFEXITED(status); };
  EXPECT_EXIT(ParseOne("--version"), ends, HasSubstr(std::string("relayfleet test ") + kVersion));
}

TEST_F(FlagEnv, AliasOfNoFlagIsAnError) {
  EXPECT_FALSE(ApplyEnvironment({{EnvAlias{"X", "no_such_flag"}}}).ok());
}

}  // namespace
}  // namespace relayfleet::base
