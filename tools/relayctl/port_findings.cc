// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/port_findings.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "tools/relayctl/port_table.h"

namespace relayfleet::relayctl {
namespace {

using Level = Finding::Level;

Finding FindingOf(const PortUse& use, const std::vector<Listener>& listeners) {
  Finding finding{.subject = absl::StrCat("port ", use.port, use.udp ? "/udp" : "/tcp"),
                  .text = absl::StrCat(use.name, ": free")};
  for (const Listener& listener : listeners) {
    if (listener.port != use.port || listener.udp != use.udp) continue;
    const std::string where = listener.loopback ? " on loopback" : " for all machines";
    if (listener.program.empty()) {
      finding.text = absl::StrCat(use.name, ": somebody listens", where,
                                  "; run relayctl doctor as root to see who");
    } else if (IsOurs(listener.program)) {
      finding.text = absl::StrCat(use.name, ": ", listener.program, " listens", where);
    } else {
      return {Level::kWarn, finding.subject,
              absl::StrCat(use.name, ": taken by ", listener.program,
                           ": end it, or give another by ", use.flag)};
    }
  }
  return finding;
}

}  // namespace

std::vector<Finding> PortFindings(const std::vector<Listener>& listeners) {
  std::vector<Finding> findings;
  findings.reserve(kPortTable.size());
  for (const PortUse& use : kPortTable) findings.push_back(FindingOf(use, listeners));
  return findings;
}

}  // namespace relayfleet::relayctl
