// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_TESTING_FAKE_STREAMS_H_
#define RELAYFLEET_SERVICES_GATEWAY_TESTING_FAKE_STREAMS_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <deque>
#include <memory>

#include "libs/base/errors.h"
#include "libs/rpc/status.h"
#include "services/gateway/testing/fake_relay_service.h"

namespace relayfleet::gateway::testing {

// One PushPackets call: each access unit is taken and answered at once.
class PacketStream final : public grpc::ServerBidiReactor<relay::v1::PushPacketsRequest,
                                                          relay::v1::PushPacketsResponse> {
 public:
  explicit PacketStream(FakeRelayService* service) : service_(service) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    if (request_.has_open() == opened_) return Finish(rpc::ToGrpc(base::OutOfOrder("open")));
    if (request_.has_open()) {
      opened_ = true;
      if (service_->relays().count(request_.open().key()) == 0) {
        return Finish(rpc::ToGrpc(base::RelayNotFound(request_.open().key())));
      }
      return StartRead(&request_);
    }
    response_.set_accepted(response_.accepted() + 1);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&request_);
  }
  void OnCancel() override { service_->CountCancelled(); }
  void OnDone() override { const std::unique_ptr<PacketStream> self(this); }

 private:
  FakeRelayService* const service_;
  bool opened_ = false;
  relay::v1::PushPacketsRequest request_;
  relay::v1::PushPacketsResponse response_;
};

// One WatchRelays call: all relays as they are, `synced`, then nothing until the caller goes.
class WatchStream final : public grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse> {
 public:
  explicit WatchStream(FakeRelayService* service) : service_(service) {
    for (const auto& [key, relay] : service->relays())
      *news_.emplace_back().mutable_relay() = relay;
    news_.emplace_back().set_synced(true);
    StartWrite(&news_.front());
  }

  void OnWriteDone(bool ok) override {
    news_.pop_front();
    if (ok && !news_.empty()) StartWrite(&news_.front());
  }
  void OnCancel() override {
    service_->CountCancelled();
    Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { const std::unique_ptr<WatchStream> self(this); }

 private:
  FakeRelayService* const service_;
  std::deque<relay::v1::WatchRelaysResponse> news_;
};

}  // namespace relayfleet::gateway::testing

#endif  // RELAYFLEET_SERVICES_GATEWAY_TESTING_FAKE_STREAMS_H_
