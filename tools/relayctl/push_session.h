// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PUSH_SESSION_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PUSH_SESSION_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "tools/relayctl/client.h"
#include "tools/relayctl/push_stats.h"

namespace relayfleet::relayctl {

// One PushFrames stream: one attempt, no more. Frames go in by Send() on the owner's thread, their
// answers into the stats on gRPC's threads. What was sent and not answered is bounded by the owner,
// who asks for room first. Never blocks longer than told.
class PushSession final
    : private grpc::ClientBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse> {
 public:
  // Opens the stream; `stub`, `clock` and `stats` outlive it.
  PushSession(Stub& stub, const base::Clock& clock, PushStats& stats, const std::string& key,
              relay::v1::AckLevel ack);
  // Cancels what still goes on and waits for its end.
  ~PushSession() override;

  // Whether a frame can be sent now with fewer than `max_in_flight` unanswered; waits for it at
  // most `at_most`. False at once when the stream is broken.
  bool WaitForRoom(size_t max_in_flight, absl::Duration at_most);
  // One frame; there must be room.
  void Send(std::string jpeg);

  // The stream can't be used any more.
  bool broken() const;
  // Time since the last answer, or since the first unanswered frame was sent; zero while nothing
  // is unanswered.
  absl::Duration silence() const;
  bool ever_answered() const;

  // Ends the stream: no more frames, answers awaited for `grace`, then cancelled. Counts what
  // stayed unanswered. Says what the stream ended with; once.
  absl::Status Close(absl::Duration grace);

 private:
  void OnWriteDone(bool ok) override;
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;
  void Answer(const relay::v1::PushFramesResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const base::Clock& clock_;
  PushStats& stats_;
  grpc::ClientContext context_;
  relay::v1::PushFramesRequest request_;  // of the write under way
  relay::v1::PushFramesResponse response_;

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = true;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool ever_answered_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, absl::Duration> sent_ ABSL_GUARDED_BY(mutex_);  // unanswered: id -> when
  absl::Duration last_answer_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PUSH_SESSION_H_
