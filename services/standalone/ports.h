// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_STANDALONE_PORTS_H_
#define RELAYFLEET_SERVICES_STANDALONE_PORTS_H_

#include <cstdint>
#include <string>

namespace relayfleet::standalone {

enum class Transport { kTcp, kUdp };

// Whether `port` of the IP address `host` can be bound now. Somebody may take it right after.
bool PortIsFree(const std::string& host, uint16_t port, Transport transport);

// A port that was free a moment ago for TCP and UDP.
uint16_t FreePort(const std::string& host);

}  // namespace relayfleet::standalone

#endif  // RELAYFLEET_SERVICES_STANDALONE_PORTS_H_
