// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_AWAIT_H_
#define RELAYFLEET_SERVICES_COMMON_AWAIT_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace relayfleet::common {

// Begins something that ends elsewhere, and blocks until it has called the callback that it was
// given, at most for `limit`; the callback may come later. True if it came.
inline bool Await(absl::Duration limit,
                  absl::AnyInvocable<void(absl::AnyInvocable<void()> done)> begin) {
  // Shared with the callback, which may come after this gave up.
  auto ended = std::make_shared<absl::Notification>();
  begin([ended] { ended->Notify(); });
  return ended->WaitForNotificationWithTimeout(limit);
}

}  // namespace relayfleet::common

#endif  // RELAYFLEET_SERVICES_COMMON_AWAIT_H_
