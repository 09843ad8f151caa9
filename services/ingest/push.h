// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUSH_H_
#define RELAYFLEET_SERVICES_INGEST_PUSH_H_

#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/media/packet.h"

namespace relayfleet::ingest {

// How far a pushed picture has come, or why it went no further. The first three are stages in
// order; the others are ends.
enum class PushOutcome {
  kAccepted,
  kEncoded,
  kWritten,
  kSuperseded,
  kRateLimited,
  kBadImage,
  kFailed,
};

// An end: nothing follows for that picture.
constexpr bool IsFinal(PushOutcome outcome) { return outcome >= PushOutcome::kWritten; }

struct PushResult {
  PushOutcome outcome = PushOutcome::kFailed;
  std::string detail;      // why, when it was dropped
  absl::Duration latency;  // since the arrival
};

// A picture on its way into a relay.
struct Push {
  std::string request;                            // id of the call that brought it, for the log
  media::Payload jpeg;                            // one whole JPEG, its header checked
  std::optional<absl::Time> capture_time;         // as the caller says
  absl::Time arrival_time;                        // wall
  absl::Duration arrival_mono;                    // monotonic
  PushOutcome wait_for = PushOutcome::kAccepted;  // a stage
  // Called exactly once, on the relay's strand: the stage was reached, or never will be.
  absl::AnyInvocable<void(PushResult)> done;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUSH_H_
