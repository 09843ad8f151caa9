// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/wait_reactor.h"

#include <utility>

namespace relayfleet::ingest {

WaitReactor* WaitReactor::Start(std::shared_ptr<Relay> relay, absl::Duration timeout,
                                relay::v1::WaitUntilReadyResponse* response) {
  std::shared_ptr<WaitReactor> reactor(new WaitReactor(std::move(relay), response));
  reactor->self_ = reactor;
  reactor->waiter_ =
      reactor->relay_->WhenReady(timeout, [reactor](bool ready) { reactor->Answer(ready); });
  return reactor.get();
}

void WaitReactor::Answer(bool ready) {
  response_->set_ready(ready);
  response_->set_state(relay_->monitor().State());
  Finish(grpc::Status::OK);
}

}  // namespace relayfleet::ingest
