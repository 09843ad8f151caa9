// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_FIREWALL_H_
#define RELAYFLEET_TOOLS_RELAYCTL_FIREWALL_H_

#include <string>
#include <vector>

#include "tools/relayctl/listeners.h"

namespace relayfleet::relayctl {

// The ufw commands that let others reach what the fleet and MediaMTX listen on, other than on
// loopback. What is internal by docs/ports.md comes as a comment: the operator decides. Neighbours
// of one name become a range. Ports are known by their program, or, of programs that we may not
// see, by their number. UDP ports of the ephemeral range are answers to questions of ours and left
// out.
std::vector<std::string> UfwLines(const std::vector<Listener>& listeners);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_FIREWALL_H_
