// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_CONFIG_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_CONFIG_H_

#include "absl/status/statusor.h"
#include "services/ingest/relay_manager.h"
#include "services/ingest/source_policy.h"

namespace relayfleet::ingest {

// What the flags say of relays (--relay_fps, which sources they may read and where callers may send
// them), with this machine's name. For ingest's own binary and standalone. To be called after the
// flags were parsed. BadSetting names the flag.
absl::StatusOr<RelayManager::Options> RelayConfig(SourcePolicy policy);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_CONFIG_H_
