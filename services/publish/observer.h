// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_OBSERVER_H_
#define RELAYFLEET_SERVICES_PUBLISH_OBSERVER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/flow/stages.h"

namespace relayfleet::publish {

// Why a packet was not written.
enum class DropReason {
  kOffline,      // no RTSP session
  kNeedKey,      // it can't be decoded without one that is missing
  kOld,          // not later than what was written before
  kStalled,      // waited too long for the socket
  kSessionLost,  // on its way when the RTSP session ended
  kSuperseded,   // waited when another call took the path
};

// Hears what happens to paths: metrics and logs. Called from the sessions' strands, must not
// block; `path` is the relay's key. The default hears nothing.
class Observer {
 public:
  virtual ~Observer() = default;

  // A packet came; with it so many wait for the socket.
  virtual void OnReceived(absl::string_view path, int packets) {}
  // In the socket; `latency` since the fleet got the picture, zero when unknown.
  virtual void OnWritten(absl::string_view path, size_t bytes, absl::Duration latency) {}
  virtual void OnDropped(absl::string_view path, DropReason reason) {}
  // So many packets wait for the socket now.
  virtual void OnQueueDepth(absl::string_view path, int packets) {}
  // An RTSP session began; `first`: of this path since it was opened.
  virtual void OnOnline(absl::string_view path, bool first) {}
  // It ended, or an attempt failed.
  virtual void OnLost(absl::string_view path, const flow::Lost& lost) {}
  virtual void OnNeedKey(absl::string_view path, flow::NeedKeyReason reason) {}
  // A call took or left the path.
  virtual void OnAttached(absl::string_view path, uint64_t epoch, bool resumed) {}
  virtual void OnDetached(absl::string_view path, const absl::Status& why) {}
  // A call was refused before it had a path.
  virtual void OnRefused(const absl::Status& why) {}
  // The path is no more.
  virtual void OnGone(absl::string_view path) {}
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_OBSERVER_H_
