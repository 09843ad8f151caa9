// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_retry.h"

namespace relayfleet::ingest {

absl::Duration SourceRetry::Next(const absl::Status& why, absl::Duration up, absl::Duration now) {
  if (up >= kHealthy) {
    outage_.reset();
    backoff_.Reset();
  }
  if (up > absl::ZeroDuration()) denied_ = 0;
  if (absl::IsFailedPrecondition(why) || absl::IsInvalidArgument(why)) {
    return absl::InfiniteDuration();
  }
  const bool denied = absl::IsUnauthenticated(why) || absl::IsPermissionDenied(why);
  denied_ = denied ? denied_ + 1 : 0;
  if (denied_ >= kMaxDenied) return absl::InfiniteDuration();
  if (!outage_.has_value()) outage_ = now;
  // Cameras that lost the same switch come back in step all the same, but there are few of them.
  if (now - *outage_ < kEager) return kEagerWait;
  return backoff_.Next();
}

}  // namespace relayfleet::ingest
