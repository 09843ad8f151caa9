// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_KEY_REQUESTS_H_
#define RELAYFLEET_SERVICES_PUBLISH_KEY_REQUESTS_H_

#include <functional>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"

namespace relayfleet::publish {

// Passes on requests for a key frame: at once, but never two within `interval`; only a new RTSP
// session's first need does not wait. One that waits is sent later unless a key came meanwhile:
// that serves it too. Lives on one strand;
// `send` is not called inside its constructor or after its destruction.
class KeyRequests {
 public:
  using Send = std::function<void(flow::NeedKeyReason)>;

  KeyRequests(std::shared_ptr<base::Executor> strand, absl::Duration interval, Send send);

  void Request(flow::NeedKeyReason reason);
  // A key went out.
  void OnKey() { Forget(); }
  // Nobody waits any longer.
  void Forget();

 private:
  void SendNow(flow::NeedKeyReason reason);

  const std::shared_ptr<base::Executor> strand_;
  const absl::Duration interval_;
  const Send send_;
  absl::Duration last_sent_ = -absl::InfiniteDuration();
  std::optional<flow::NeedKeyReason> waiting_;
  base::Timer timer_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_KEY_REQUESTS_H_
