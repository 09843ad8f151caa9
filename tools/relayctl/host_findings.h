// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_HOST_FINDINGS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_HOST_FINDINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/relayctl/finding.h"

// The machine under the fleet. Each looks once and says what to do.
namespace relayfleet::relayctl {

// Whether the clock is kept by NTP: systemd's word (a file below `run`), else `kernel_synced`.
Finding ClockFinding(const std::string& run, bool kernel_synced);
// What the kernel says of its clock (adjtimex).
bool KernelClockSynced();

// Whether relays can be kept in `state_dir` by this user.
Finding StateFinding(const std::string& state_dir);

// By the free bytes of its disk.
Finding DiskFinding(const std::string& state_dir, uint64_t free_bytes);
// Bytes that this user may still write there; of the nearest folder that exists.
uint64_t FreeBytes(const std::string& state_dir);

// Cameras and hardware coders below `dev`: those that this user may not open.
std::vector<Finding> DeviceFindings(const std::string& dev);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_HOST_FINDINGS_H_
