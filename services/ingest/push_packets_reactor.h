// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUSH_PACKETS_REACTOR_H_
#define RELAYFLEET_SERVICES_INGEST_PUSH_PACKETS_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/ingest/push_seats.h"
#include "services/ingest/relay_manager.h"
#include "services/ingest/unit_push.h"

namespace relayfleet::ingest {

// One PushPackets call: reads access units, hands them to the relay, writes how many it took, at
// most once per kProgress and once at the end. At most kMaxOpen units are under way to the relay's
// strand; then it reads no more until they have arrived. Ends when the caller has no more units,
// when another caller takes its seat, or when the relay is gone. Lives on its strand but for the
// units, which go straight to the relay. Owns itself until gRPC's OnDone; units under way hold it.
class PushPacketsReactor final
    : public grpc::ServerBidiReactor<relay::v1::PushPacketsRequest, relay::v1::PushPacketsResponse>,
      public std::enable_shared_from_this<PushPacketsReactor> {
 public:
  static constexpr int kMaxOpen = 8;
  static constexpr absl::Duration kProgress = absl::Milliseconds(100);

  // `manager` and `seats` outlive the call.
  static PushPacketsReactor* Start(RelayManager& manager, PushSeats& seats,
                                   std::shared_ptr<base::Executor> strand);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  PushPacketsReactor(RelayManager& manager, PushSeats& seats,
                     std::shared_ptr<base::Executor> strand)
      : manager_(manager), seats_(seats), strand_(std::move(strand)) {}

  absl::Status OnRequest();
  absl::Status OnOpen(const relay::v1::PushPacketsRequest::Open& open);
  absl::Status OnUnit(relay::v1::PushPacketsRequest::AccessUnit unit);
  void Post(absl::AnyInvocable<void(PushPacketsReactor&)> task);
  void OnOutcome(UnitOutcome outcome);
  // No further unit is taken; the call ends with `why` once nothing is under way.
  void End(const absl::Status& why);
  // Starts what may be started next: a write, a read, or the end.
  void Continue();
  void WriteProgress();

  RelayManager& manager_;
  PushSeats& seats_;
  const std::shared_ptr<base::Executor> strand_;
  std::shared_ptr<PushPacketsReactor> self_;

  // Touched by reads only, of which one runs at a time.
  relay::v1::PushPacketsRequest request_;
  std::string key_;
  uint64_t seat_ = 0;

  // On the strand.
  relay::v1::PushPacketsResponse progress_;
  relay::v1::PushPacketsResponse on_its_way_;
  int open_ = 0;         // units under way to the relay
  bool untold_ = false;  // progress that was not written
  bool reading_ = false;
  bool writing_ = false;
  bool no_more_ = false;
  bool gone_ = false;  // the caller takes no answers
  bool finished_ = false;
  absl::Status end_;
  base::Timer pause_;  // between two answers
  bool pausing_ = false;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUSH_PACKETS_REACTOR_H_
