// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_RELAY_VIEW_H_
#define RELAYFLEET_TOOLS_RELAYCTL_RELAY_VIEW_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "relayfleet/relay/v1/relay.pb.h"

// How relays are shown to people and to scripts.
namespace relayfleet::relayctl {

// `message` as one line of JSON: names as in the proto, defaults included.
std::string ToJsonLine(const google::protobuf::Message& message);

// "RUNNING".
std::string StateName(relay::v1::RelayState state);

// "12.3 s", "5 min 3 s", "2 h 1 min", "3 d 4 h".
std::string HumanDuration(const google::protobuf::Duration& duration);

// The table of `relay list`.
void PrintRelays(const std::vector<relay::v1::Relay>& relays, std::ostream& out);

// The table of `relay watch`: what changes, and what is wrong. `now`: of "next try".
void PrintChanges(const std::vector<relay::v1::Relay>& relays, absl::Time now, std::ostream& out);

// All about one relay, a line each.
void PrintRelay(const relay::v1::Relay& relay, std::ostream& out);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_RELAY_VIEW_H_
