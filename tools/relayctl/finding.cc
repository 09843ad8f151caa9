// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/finding.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

namespace relayfleet::relayctl {
namespace {

const char* NameOf(Finding::Level level) {
  switch (level) {
    case Finding::Level::kOk:
      return "ok";
    case Finding::Level::kWarn:
      return "warn";
    case Finding::Level::kFail:
      return "fail";
  }
  return "";
}

void PrintJson(const Finding& finding, std::ostream& out) {
  const nlohmann::ordered_json line = {
      {"level", NameOf(finding.level)}, {"subject", finding.subject}, {"text", finding.text}};
  out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace

void PrintFindings(const std::vector<Finding>& findings, bool json, std::ostream& out) {
  size_t width = 0;
  for (const Finding& finding : findings) width = std::max(width, finding.subject.size());
  for (const Finding& finding : findings) {
    if (json) {
      PrintJson(finding, out);
      continue;
    }
    const std::string level = NameOf(finding.level);
    out << level << std::string(6 - level.size(), ' ') << finding.subject
        << std::string(width - finding.subject.size() + 2, ' ') << finding.text << '\n';
  }
}

absl::Status VerdictOf(const std::vector<Finding>& findings) {
  std::vector<std::string> failed;
  for (const Finding& finding : findings) {
    if (finding.level == Finding::Level::kFail) failed.push_back(finding.subject);
  }
  if (failed.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("not as it should be: ", absl::StrJoin(failed, ", ")));
}

}  // namespace relayfleet::relayctl
