// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/help.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "tools/relayctl/exit_code.h"
#include "tools/relayctl/table.h"

namespace relayfleet::relayctl {

std::string OverallHelp(const std::vector<std::unique_ptr<Command>>& commands,
                        const Options& options) {
  Table table({"Commands:"});
  for (const std::unique_ptr<Command>& command : commands) {
    const Command::About about = command->about();
    table.Add({absl::StrCat("  ", about.name, " ", about.arguments), std::string(about.summary)});
  }
  std::ostringstream lines;
  table.Print(lines);
  return absl::StrCat("relayctl: makes, feeds and shows the relays of a relayfleet.\n\n",
                      lines.str(), "\nOptions of every command:\n", options.Help(),
                      "\nrelayctl COMMAND --help tells more.\n\n", ExitCodeHelp());
}

std::string CommandHelp(const Command& command, const Options& options) {
  const Command::About about = command.about();
  const std::string examples =
      absl::StrReplaceAll(absl::StripSuffix(about.examples, "\n"), {{"\n", "\n  "}});
  return absl::StrCat("relayctl ", about.name, about.arguments.empty() ? "" : " ", about.arguments,
                      " [OPTIONS]: ", about.summary, ".\n\nOptions:\n", options.Help(),
                      "\nExamples:\n  ", examples, "\n\n", ExitCodeHelp());
}

}  // namespace relayfleet::relayctl
