// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_CALL_CONTEXT_H_
#define RELAYFLEET_SERVICES_GATEWAY_CALL_CONTEXT_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"

namespace relayfleet::gateway {

// For whom and how long a call of a method runs. Made where a request comes in, and handed on to
// each call that is made to serve it: they share its deadline, its origin and its end. Thread-safe.
class CallContext {
 public:
  struct Options {
    // Wall time.
    absl::Time deadline = absl::InfiniteFuture();
    std::string request_id;
    // Peer of the request, e.g. "127.0.0.1:40000".
    std::string remote;
  };

  explicit CallContext(Options options);

  const Options& options() const { return options_; }

  // The caller went away. Calls `cancel` of what is under way, and of what is begun later.
  void Cancel();
  // How to cancel what is under way, instead of what was before; at once after Cancel().
  void OnCancel(absl::AnyInvocable<void()> cancel);

 private:
  const Options options_;
  base::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  absl::AnyInvocable<void()> on_cancel_ ABSL_GUARDED_BY(mutex_);
};

using CallContextPtr = std::shared_ptr<CallContext>;

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_CALL_CONTEXT_H_
