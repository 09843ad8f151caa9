// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_LISTENERS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_LISTENERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// Who listens on this machine, as the kernel tells it in /proc.
namespace relayfleet::relayctl {

struct Listener {
  bool udp = false;
  uint16_t port = 0;
  bool loopback = false;  // reached from this machine only
  uint64_t inode = 0;     // of its socket
  std::string program;    // empty: another user's, whose sockets we may not see

  friend bool operator==(const Listener&, const Listener&) = default;
};

// Reads one table ("tcp", "tcp6", "udp" or "udp6" of /proc/net); lines that are none are left out.
// UDP sockets that are connected to a peer listen to nobody else and are left out.
std::vector<Listener> ParseSockets(absl::string_view table, bool udp);

// All of this network namespace, with their programs. `proc`: "/proc".
std::vector<Listener> ReadListeners(const std::string& proc);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_LISTENERS_H_
