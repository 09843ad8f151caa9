// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_UNIT_PUSH_H_
#define RELAYFLEET_SERVICES_INGEST_UNIT_PUSH_H_

#include <optional>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/media/packet.h"

namespace relayfleet::ingest {

// What became of a pushed access unit when it came. One that was taken may still be dropped where
// a stage takes too little: RelayStatus.source_dropped counts all of them.
enum class UnitOutcome {
  kTaken,
  kDropped,    // before the first key frame, or damaged
  kNoSuchUse,  // the relay's source is another, or it has stopped
};

// A pushed H.264 access unit on its way into a relay.
struct UnitPush {
  media::Payload annexb;                   // complete
  std::optional<absl::Time> capture_time;  // as the caller says
  absl::Time arrival_time;                 // wall
  absl::Duration arrival_mono;             // monotonic
  // Called exactly once, on the relay's strand.
  absl::AnyInvocable<void(UnitOutcome)> done;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_UNIT_PUSH_H_
