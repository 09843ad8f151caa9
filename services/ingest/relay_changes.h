// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_CHANGES_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_CHANGES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "relayfleet/relay/v1/relay_service.pb.h"

namespace relayfleet::ingest {

// What one watcher of relays was told last, and so what is news to it. Keeps one message per
// relay. Used by one thread at a time.
class RelayChanges {
 public:
  // Figures alone are news no sooner.
  static constexpr absl::Duration kFigures = absl::Seconds(1);

  // What to tell, given all that is watched as it is at the monotonic time `now`: new relays,
  // changed ones, deleted ones; first of all everything, then `synced`.
  std::vector<relay::v1::WatchRelaysResponse> Next(std::vector<relay::v1::Relay> relays,
                                                   absl::Duration now);

 private:
  struct Told {
    relay::v1::Relay relay;
    std::string state;  // what is told at once, of `relay`
    absl::Duration at;
  };

  bool synced_ = false;
  std::map<std::string, Told> told_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_CHANGES_H_
