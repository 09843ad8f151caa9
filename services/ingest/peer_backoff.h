// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PEER_BACKOFF_H_
#define RELAYFLEET_SERVICES_INGEST_PEER_BACKOFF_H_

#include "absl/time/time.h"
#include "libs/base/backoff.h"

namespace relayfleet::ingest {

// How long ingest waits before it connects to a fleet peer again: soon, since a restarted peer is
// back within a second and its viewers wait.
inline base::Backoff PeerBackoff() {
  return base::Backoff({.initial = absl::Milliseconds(50), .max = absl::Milliseconds(500)});
}

// How long a peer that drains may take to end its session: it has little to finish, and its own
// grace is a few seconds.
inline constexpr absl::Duration kLeaveDeadline = absl::Milliseconds(500);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PEER_BACKOFF_H_
