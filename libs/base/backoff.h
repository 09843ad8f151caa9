// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_BACKOFF_H_
#define RELAYFLEET_LIBS_BASE_BACKOFF_H_

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace relayfleet::base {

// How long to wait before the next attempt: a random share ("full jitter") of a limit that doubles
// with each attempt, so that many who lost the same peer do not come back in step. A value of one
// supervisor; not thread-safe.
class Backoff {
 public:
  struct Options {
    // Limit of the first wait.
    absl::Duration initial = absl::Milliseconds(250);
    // Limit of any wait.
    absl::Duration max = absl::Seconds(30);
    // An attempt that lived at least this long was a success: the limit begins anew.
    absl::Duration reset_after = absl::Seconds(10);
  };
  // The share, [0, 1).
  using Jitter = absl::AnyInvocable<double()>;

  // With random jitter of its own.
  explicit Backoff(Options options);
  Backoff(Options options, Jitter jitter);

  // The wait after an attempt that lived for `lived` (zero: it failed to begin).
  absl::Duration Next(absl::Duration lived = absl::ZeroDuration());
  // The limit begins anew.
  void Reset();

 private:
  const Options options_;
  Jitter jitter_;
  absl::Duration limit_;
};

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_BACKOFF_H_
