// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/cli.h"

#include <algorithm>
#include <cstddef>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/base/version.h"
#include "nlohmann/json.hpp"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/help.h"

namespace relayfleet::relayctl {
namespace {

// What every command takes.
struct Common {
  std::string server;
  bool json = false;
  bool help = false;
  bool version = false;

  void Declare(Options& options) {
    options.Text("server", "HOST:PORT",
                 "the gateway's gRPC port (RELAYFLEET_SERVER, localhost:50050)", &server);
    options.Flag("json", "one JSON object per line, errors too", &json);
    options.Flag("help", "this", &help);
    options.Flag("version", "print the version", &version);
  }
};

std::vector<std::unique_ptr<Command>> AllCommands(const Surroundings& surroundings) {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(NewRelayCreate(surroundings.mediamtx));
  commands.push_back(NewRelayList());
  commands.push_back(NewRelayGet());
  commands.push_back(NewRelayDelete());
  commands.push_back(NewRelayReady());
  commands.push_back(NewRelayUpdate(surroundings.mediamtx));
  commands.push_back(NewRelayWatch());
  commands.push_back(NewPush(surroundings.mediamtx));
  commands.push_back(NewPipe(surroundings.mediamtx));
  commands.push_back(NewEncoders());
  commands.push_back(NewCheck());
  commands.push_back(NewProbe());
  commands.push_back(
      NewDoctor({.mediamtx = surroundings.mediamtx, .state_dir = surroundings.state_dir}));
  return commands;
}

// How many of `args` are options that stand before the command.
size_t LeadingOptions(const std::vector<std::string>& args) {
  size_t count = 0;
  while (count < args.size() && absl::StartsWith(args[count], "--")) {
    count += args[count] == "--server" ? 2 : 1;
  }
  return std::min(count, args.size());
}

// Takes the command's name (one or two words) out of `args`; null when there is none.
Command* TakeCommand(const std::vector<std::unique_ptr<Command>>& commands,
                     std::vector<std::string>& args) {
  const auto begin = args.begin() + static_cast<std::ptrdiff_t>(LeadingOptions(args));
  for (const std::unique_ptr<Command>& command : commands) {
    const std::vector<std::string> name = absl::StrSplit(command->about().name, ' ');
    const auto length = static_cast<std::ptrdiff_t>(name.size());
    if (args.end() - begin >= length && std::equal(name.begin(), name.end(), begin)) {
      args.erase(begin, begin + length);
      return command.get();
    }
  }
  return nullptr;
}

void PrintError(const absl::Status& status, bool json, std::ostream& err) {
  if (json) {
    const nlohmann::ordered_json line = {{"error",
                                          {{"code", absl::StatusCodeToString(status.code())},
                                           {"message", std::string(status.message())}}}};
    err << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    err << "relayctl: " << status.message() << '\n';
  }
}

absl::Status CheckCount(const Command::About& about, size_t count) {
  if (count < about.min_arguments) {
    return absl::InvalidArgumentError(absl::StrCat(about.name, " needs ", about.arguments));
  }
  if (count > about.max_arguments) {
    return absl::InvalidArgumentError(
        absl::StrCat(about.name, " takes ",
                     about.arguments.empty() ? absl::string_view("no arguments") : about.arguments,
                     " and no more"));
  }
  return absl::OkStatus();
}

// Without a command: only --help and --version make sense.
ExitCode RunBare(const std::vector<std::string>& args, Common& common, const Options& options,
                 const std::vector<std::unique_ptr<Command>>& commands, const Surroundings& io) {
  const absl::StatusOr<std::vector<std::string>> rest = options.Parse(args);
  if (rest.ok() && common.version) {
    io.out << "relayctl " << base::kVersion << '\n';
    return ExitCode::kOk;
  }
  if (rest.ok() && common.help) {
    io.out << OverallHelp(commands, options);
    return ExitCode::kOk;
  }
  const std::string what = !rest.ok() ? std::string(rest.status().message())
                           : rest->empty()
                               ? "which command?"
                               : absl::StrCat("no such command: ", absl::StrJoin(*rest, " "));
  PrintError(absl::InvalidArgumentError(absl::StrCat(what, " (relayctl --help lists them)")),
             common.json, io.err);
  return ExitCode::kUsage;
}

absl::Status RunCommand(Command& command, const std::vector<std::string>& arguments,
                        const Common& common, const Surroundings& io) {
  if (absl::Status status = CheckCount(command.about(), arguments.size()); !status.ok()) {
    return status;
  }
  if (command.about().takes_signals) io.interrupt.TakeSignals();
  const std::unique_ptr<Stub> stub = Connect(common.server);
  Context context{.stub = *stub,
                  .out = io.out,
                  .err = io.err,
                  .interrupt = io.interrupt,
                  .json = common.json,
                  .terminal = io.terminal};
  absl::Status status = command.Run(arguments, context);
  if (absl::IsUnavailable(status)) {
    return absl::UnavailableError(absl::StrCat(common.server, ": ", status.message()));
  }
  return status;
}

}  // namespace

ExitCode RunCli(std::vector<std::string> args, const Surroundings& surroundings) {
  const std::vector<std::unique_ptr<Command>> commands = AllCommands(surroundings);
  Common common{.server = surroundings.server};
  Options options;
  Command* const command = TakeCommand(commands, args);
  if (command == nullptr) {
    common.Declare(options);
    return RunBare(args, common, options, commands, surroundings);
  }
  command->Declare(options);
  common.Declare(options);
  const absl::StatusOr<std::vector<std::string>> arguments = options.Parse(args);
  if (arguments.ok() && common.help) {
    surroundings.out << CommandHelp(*command, options);
    return ExitCode::kOk;
  }
  const absl::Status status =
      arguments.ok() ? RunCommand(*command, *arguments, common, surroundings) : arguments.status();
  if (!status.ok()) PrintError(status, common.json, surroundings.err);
  return ToExitCode(status);
}

}  // namespace relayfleet::relayctl
