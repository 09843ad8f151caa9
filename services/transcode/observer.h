// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_OBSERVER_H_
#define RELAYFLEET_SERVICES_TRANSCODE_OBSERVER_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/flow/stages.h"

namespace relayfleet::transcode {

// Is told what sessions do, for metrics and logs. Calls come from any thread, at times several at
// once, and must not block.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void OnSessionOpened(absl::string_view relay) {}
  // Follows each OnSessionOpened(), once.
  virtual void OnSessionEnded(absl::string_view relay, const absl::Status& why) {}
  // A pipe was turned away before a session began.
  virtual void OnRefused(absl::string_view relay, const absl::Status& why) {}

  virtual void OnFrameIn(size_t bytes) {}
  // So many more (1), or fewer (-1), frames wait for a codec thread.
  virtual void OnQueue(int change) {}
  // Each frame that came in, once.
  virtual void OnFrameDone(absl::string_view relay, const flow::FrameDone& done) {}
  // Each access unit that went out.
  virtual void OnFrameOut(size_t bytes, bool key, bool repeat) {}
  // An encoder failed and another one took its place.
  virtual void OnEncoderChanged(absl::string_view relay, const flow::EncoderChanged& changed) {}
  // A repeat, or a key frame asked for, could not be encoded.
  virtual void OnRepeatFailed(absl::string_view relay, const absl::Status& why) {}
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_OBSERVER_H_
