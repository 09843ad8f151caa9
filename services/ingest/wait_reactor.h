// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_WAIT_REACTOR_H_
#define RELAYFLEET_SERVICES_INGEST_WAIT_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/time/time.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "services/ingest/relay.h"

namespace relayfleet::ingest {

// One WaitUntilReady call: answers when the relay is ready, and stops waiting when its caller goes
// away, so that neither callers nor an ending server are held up. Owns itself until it is done.
class WaitReactor final : public grpc::ServerUnaryReactor,
                          public std::enable_shared_from_this<WaitReactor> {
 public:
  static WaitReactor* Start(std::shared_ptr<Relay> relay, absl::Duration timeout,
                            relay::v1::WaitUntilReadyResponse* response);

  void OnCancel() override { relay_->Forget(waiter_); }
  void OnDone() override { self_ = nullptr; }

 private:
  WaitReactor(std::shared_ptr<Relay> relay, relay::v1::WaitUntilReadyResponse* response)
      : relay_(std::move(relay)), response_(response) {}

  void Answer(bool ready);

  const std::shared_ptr<Relay> relay_;
  relay::v1::WaitUntilReadyResponse* const response_;
  uint64_t waiter_ = 0;
  std::shared_ptr<WaitReactor> self_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_WAIT_REACTOR_H_
