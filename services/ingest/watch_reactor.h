// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_WATCH_REACTOR_H_
#define RELAYFLEET_SERVICES_INGEST_WATCH_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/ingest/relay_changes.h"
#include "services/ingest/relay_manager.h"

namespace relayfleet::ingest {

// One WatchRelays call. Looks at the relays kLook times a second and writes what is news to this
// caller; it looks again only when all of that is written, so a slow reader misses steps between
// and costs no more than one message per relay. Ends when the caller goes, or the service.
// Lives on its strand. Owns itself until gRPC's OnDone.
class WatchReactor final : public grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse>,
                           public std::enable_shared_from_this<WatchReactor> {
 public:
  static constexpr absl::Duration kLook = absl::Milliseconds(100);

  // `manager` outlives the call.
  static WatchReactor* Start(const relay::v1::WatchRelaysRequest& request, RelayManager& manager,
                             std::shared_ptr<base::Executor> strand);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  WatchReactor(relay::v1::WatchRelaysRequest request, RelayManager& manager,
               std::shared_ptr<base::Executor> strand)
      : request_(std::move(request)), manager_(manager), strand_(std::move(strand)) {}

  void Post(void (WatchReactor::*task)());
  std::vector<relay::v1::Relay> Watched() const;
  void Look();
  // Writes the next piece of news, or looks again later.
  void Continue();
  void Cancelled();
  void End(const absl::Status& status);

  const relay::v1::WatchRelaysRequest request_;
  RelayManager& manager_;
  const std::shared_ptr<base::Executor> strand_;
  std::shared_ptr<WatchReactor> self_;
  // On the strand.
  RelayChanges changes_;
  std::deque<relay::v1::WatchRelaysResponse> news_;
  relay::v1::WatchRelaysResponse on_its_way_;
  bool writing_ = false;
  bool gone_ = false;
  bool finished_ = false;
  base::Timer look_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_WATCH_REACTOR_H_
