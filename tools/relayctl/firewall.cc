// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/firewall.h"

#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/relayctl/port_table.h"

namespace relayfleet::relayctl {
namespace {

constexpr uint16_t kFirstEphemeral = 32768;

// Ports of one name and transport that follow each other.
struct Range {
  uint16_t first = 0;
  uint16_t last = 0;
  bool udp = false;
  std::string name;
  bool internal = false;

  bool TakesIn(const Range& next) const {
    return next.udp == udp && next.first == last + 1 && next.name == name;
  }
};

std::string NameOf(const Listener& listener) {
  if (const PortUse* use = FindPort(listener.port, listener.udp)) return std::string(use->name);
  if (listener.program == "mediamtx") return "MediaMTX";
  return listener.udp ? "camera RTP" : absl::StrCat("relayfleet ", listener.program);
}

bool IsWanted(const Listener& listener) {
  if (listener.loopback) return false;
  const bool known = FindPort(listener.port, listener.udp) != nullptr;
  if (!listener.program.empty() && !IsOurs(listener.program)) return false;
  if (known) return true;
  return IsOurs(listener.program) && !(listener.udp && listener.port >= kFirstEphemeral);
}

std::string LineOf(const Range& range) {
  const std::string ports = range.first == range.last ? absl::StrCat(range.first)
                                                      : absl::StrCat(range.first, ":", range.last);
  return absl::StrCat(range.internal ? "# only if other machines need it: " : "", "sudo ufw allow ",
                      ports, range.udp ? "/udp" : "/tcp", " comment '", range.name, "'");
}

}  // namespace

std::vector<std::string> UfwLines(const std::vector<Listener>& listeners) {
  std::map<std::pair<bool, uint16_t>, Range> ports;  // once each, in order
  for (const Listener& listener : listeners) {
    if (!IsWanted(listener)) continue;
    const PortUse* use = FindPort(listener.port, listener.udp);
    ports[{listener.udp, listener.port}] = {.first = listener.port,
                                            .last = listener.port,
                                            .udp = listener.udp,
                                            .name = NameOf(listener),
                                            .internal = use != nullptr && use->internal};
  }
  std::vector<Range> ranges;
  for (const auto& [port, range] : ports) {
    if (!ranges.empty() && ranges.back().TakesIn(range)) {
      ranges.back().last = range.last;
    } else {
      ranges.push_back(range);
    }
  }
  std::vector<std::string> lines;
  lines.reserve(ranges.size());
  for (const Range& range : ranges) lines.push_back(LineOf(range));
  return lines;
}

}  // namespace relayfleet::relayctl
