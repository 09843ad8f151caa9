// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/options.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relayfleet::relayctl {
namespace {

bool IsDimension(absl::string_view text, int* out) {
  return absl::SimpleAtoi(text, out) && *out >= 16 && *out <= 4096 && *out % 2 == 0;
}

}  // namespace

void Options::Flag(absl::string_view name, absl::string_view help, bool* out) {
  options_.push_back({std::string(name), "", std::string(help), [out](absl::string_view) {
                        *out = true;
                        return absl::OkStatus();
                      }});
}

void Options::Text(absl::string_view name, absl::string_view value, absl::string_view help,
                   std::string* out) {
  options_.push_back(
      {std::string(name), std::string(value), std::string(help), [out](absl::string_view text) {
         *out = std::string(text);
         return absl::OkStatus();
       }});
}

void Options::Number(absl::string_view name, absl::string_view value, absl::string_view help,
                     int min, int max, int* out) {
  options_.push_back({std::string(name), std::string(value), std::string(help),
                      [min, max, out](absl::string_view text) {
                        int number = 0;
                        if (absl::SimpleAtoi(text, &number) && number >= min && number <= max) {
                          *out = number;
                          return absl::OkStatus();
                        }
                        return absl::InvalidArgumentError(
                            absl::StrCat("a whole number from ", min, " to ", max, " is wanted"));
                      }});
}

void Options::Seconds(absl::string_view name, absl::string_view help, absl::Duration max,
                      absl::Duration* out) {
  options_.push_back(
      {std::string(name), "SECONDS", std::string(help), [max, out](absl::string_view text) {
         double seconds = 0;
         if (absl::SimpleAtod(text, &seconds) && seconds >= 0 && absl::Seconds(seconds) <= max) {
           *out = absl::Seconds(seconds);
           return absl::OkStatus();
         }
         return absl::InvalidArgumentError(
             absl::StrCat("seconds from 0 to ", absl::ToInt64Seconds(max), " are wanted"));
       }});
}

void Options::Choice(absl::string_view name, std::vector<std::string> choices,
                     absl::string_view help, std::string* out) {
  std::string value = absl::StrJoin(choices, "|");
  options_.push_back({std::string(name), value, std::string(help),
                      [choices = std::move(choices), value, out](absl::string_view text) {
                        if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
                          return absl::InvalidArgumentError(
                              absl::StrCat("one of ", value, " is wanted"));
                        }
                        *out = std::string(text);
                        return absl::OkStatus();
                      }});
}

void Options::Dimensions(absl::string_view name, absl::string_view help, Size* out) {
  options_.push_back({std::string(name), "WxH", std::string(help), [out](absl::string_view text) {
                        const std::vector<absl::string_view> sides = absl::StrSplit(text, 'x');
                        Size size;
                        if (sides.size() != 2 || !IsDimension(sides[0], &size.width) ||
                            !IsDimension(sides[1], &size.height)) {
                          return absl::InvalidArgumentError(
                              "two even numbers from 16 to 4096 are wanted, as in 1280x720");
                        }
                        *out = size;
                        return absl::OkStatus();
                      }});
}

absl::StatusOr<const Options::Option*> Options::Find(absl::string_view name) const {
  for (const Option& option : options_) {
    if (option.name == name) return &option;
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown option --", name));
}

absl::StatusOr<std::vector<std::string>> Options::Parse(absl::Span<const std::string> args) const {
  std::vector<std::string> rest;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--") {
      rest.insert(rest.end(), args.begin() + i + 1, args.end());
      break;
    }
    absl::string_view text = args[i];
    if (!absl::ConsumePrefix(&text, "--")) {
      rest.push_back(args[i]);
      continue;
    }
    const size_t equals = text.find('=');
    const bool joined = equals != absl::string_view::npos;
    const absl::string_view name = text.substr(0, equals);
    const absl::StatusOr<const Option*> option = Find(name);
    if (!option.ok()) return option.status();
    if ((*option)->value.empty() && joined) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " takes no value"));
    }
    const bool needs_next = !(*option)->value.empty() && !joined;
    if (needs_next && ++i == args.size()) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " needs a value"));
    }
    const absl::string_view value =
        needs_next ? absl::string_view(args[i]) : (joined ? text.substr(equals + 1) : "");
    if (absl::Status status = (*option)->set(value); !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, " ", value, ": ", status.message()));
    }
  }
  return rest;
}

std::string Options::Help() const {
  size_t widest = 0;
  const auto left = [](const Option& option) {
    return absl::StrCat("  --", option.name, option.value.empty() ? "" : " ", option.value);
  };
  for (const Option& option : options_) widest = std::max(widest, left(option).size());
  std::string help;
  for (const Option& option : options_) {
    const std::string start = left(option);
    absl::StrAppend(&help, start, std::string(widest + 2 - start.size(), ' '), option.help, "\n");
  }
  return help;
}

}  // namespace relayfleet::relayctl
