// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PORT_FINDINGS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PORT_FINDINGS_H_

#include <vector>

#include "tools/relayctl/finding.h"
#include "tools/relayctl/listeners.h"

namespace relayfleet::relayctl {

// One for each port of docs/ports.md: free, ours, or somebody else's, and what to do then.
std::vector<Finding> PortFindings(const std::vector<Listener>& listeners);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PORT_FINDINGS_H_
