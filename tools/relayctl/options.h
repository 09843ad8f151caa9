// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_OPTIONS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_OPTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace relayfleet::relayctl {

// Two numbers written WxH.
struct Size {
  int width = 0;  // pixels
  int height = 0;
};

// The options of one command line: declared with the variable they fill, then parsed once.
// "--name value" and "--name=value" both work, options and arguments mix freely, "--" ends the
// options. Variables keep their value when the option is absent.
class Options {
 public:
  void Flag(absl::string_view name, absl::string_view help, bool* out);
  void Text(absl::string_view name, absl::string_view value, absl::string_view help,
            std::string* out);
  // A whole number between `min` and `max`.
  void Number(absl::string_view name, absl::string_view value, absl::string_view help, int min,
              int max, int* out);
  // Seconds between 0 and `max`, fractions allowed.
  void Seconds(absl::string_view name, absl::string_view help, absl::Duration max,
               absl::Duration* out);
  // One of `choices`.
  void Choice(absl::string_view name, std::vector<std::string> choices, absl::string_view help,
              std::string* out);
  // WxH in pixels, each even and 16 to 4096.
  void Dimensions(absl::string_view name, absl::string_view help, Size* out);

  // Fills the variables and returns what is no option; the status says what is wrong.
  absl::StatusOr<std::vector<std::string>> Parse(absl::Span<const std::string> args) const;

  // One aligned line per option.
  std::string Help() const;

 private:
  struct Option {
    std::string name;
    std::string value;  // placeholder; empty: takes none
    std::string help;
    std::function<absl::Status(absl::string_view)> set;
  };

  absl::StatusOr<const Option*> Find(absl::string_view name) const;

  std::vector<Option> options_;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_OPTIONS_H_
