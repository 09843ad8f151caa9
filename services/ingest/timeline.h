// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TIMELINE_H_
#define RELAYFLEET_SERVICES_INGEST_TIMELINE_H_

#include <cstdint>

#include "absl/time/time.h"

namespace relayfleet::ingest {

// Gives pictures that bring no time stamps their place on a relay's one time line: 90 kHz ticks
// of the arrival, strictly growing. The line begins at the wall time of its creation and then
// follows the monotonic clock, so that the next owner's line goes on after this one's without
// knowing it. Not thread-safe.
class Timeline {
 public:
  // Both at the same instant.
  Timeline(absl::Time wall, absl::Duration monotonic);

  // The place of what arrived at `monotonic`.
  int64_t Stamp(absl::Duration monotonic);
  // The same of what does not count as the line's last.
  int64_t Place(absl::Duration monotonic) const;

  // Shifts the line if it has not come to `last` at `monotonic`: a published session that is
  // resumed has been there already (the wall clock was set back meanwhile).
  void ContinueAfter(int64_t last, absl::Duration monotonic);

 private:
  const absl::Duration start_;
  int64_t offset_;  // ticks at start_
  int64_t last_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_TIMELINE_H_
