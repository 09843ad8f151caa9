// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_RETRY_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_RETRY_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/backoff.h"

namespace relayfleet::ingest {

// Decides when a source that ended is opened again, or that it never is:
//
//   bad spec                           never
//   wrong credentials, forbidden       twice more
//   within 10 s of the outage's begin  after 0.5 s
//   later                              full jitter, 0.25 s to 30 s
//
// An outage ends when an attempt was up for 30 s. Not thread-safe.
class SourceRetry {
 public:
  static constexpr absl::Duration kHealthy = absl::Seconds(30);
  static constexpr absl::Duration kEager = absl::Seconds(10);
  static constexpr absl::Duration kEagerWait = absl::Milliseconds(500);
  static constexpr int kMaxDenied = 3;

  explicit SourceRetry(base::Backoff backoff) : backoff_(std::move(backoff)) {}

  // The wait after an attempt that ended with `why` at monotonic time `now`, having brought packets
  // for `up`. Infinite: never.
  absl::Duration Next(const absl::Status& why, absl::Duration up, absl::Duration now);

 private:
  base::Backoff backoff_;
  std::optional<absl::Duration> outage_;  // since when
  int denied_ = 0;                        // in a row
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_RETRY_H_
