// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUSH_FRAMES_REACTOR_H_
#define RELAYFLEET_SERVICES_INGEST_PUSH_FRAMES_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/ingest/push.h"
#include "services/ingest/relay_manager.h"

namespace relayfleet::ingest {

// One PushFrames call: reads pictures, hands them to the relay, writes one acknowledgement each.
// At most kMaxUnanswered pictures are open; then it reads no more until some are answered, so
// that a caller who never reads holds a bounded amount. Ends when the caller has no more pictures
// and all are answered. Owns itself: gRPC's OnDone and the pictures under way hold it.
class PushFramesReactor final
    : public grpc::ServerBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse>,
      public std::enable_shared_from_this<PushFramesReactor> {
 public:
  static constexpr int kMaxUnanswered = 64;

  // `request`: the call's id, for the log. The others outlive the call.
  static PushFramesReactor* Start(std::string request, RelayManager& manager,
                                  const base::Clock& clock);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  PushFramesReactor(std::string request, RelayManager& manager, const base::Clock& clock)
      : call_id_(std::move(request)), manager_(manager), clock_(clock) {}

  absl::Status OnOpen(const relay::v1::PushFramesRequest::Open& open);
  absl::Status OnRequest();
  void OnFrame(relay::v1::PushFramesRequest::Frame frame);
  void Acknowledge(uint64_t id, const PushResult& result);
  // Starts what may be started next: a write, a read, or the end.
  void Continue() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string call_id_;
  RelayManager& manager_;
  const base::Clock& clock_;
  std::shared_ptr<PushFramesReactor> self_;  // until OnDone

  // Touched by reads only, of which one runs at a time.
  relay::v1::PushFramesRequest request_;
  std::string key_;
  PushOutcome stage_ = PushOutcome::kAccepted;

  base::Mutex mutex_;
  std::deque<relay::v1::PushFramesResponse> answers_ ABSL_GUARDED_BY(mutex_);  // that wait
  relay::v1::PushFramesResponse on_its_way_ ABSL_GUARDED_BY(mutex_);
  int unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool no_more_ ABSL_GUARDED_BY(mutex_) = false;  // the caller is done, or the call failed
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUSH_FRAMES_REACTOR_H_
