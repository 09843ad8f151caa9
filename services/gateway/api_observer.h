// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_API_OBSERVER_H_
#define RELAYFLEET_SERVICES_GATEWAY_API_OBSERVER_H_

#include <memory>
#include <utility>

#include "services/gateway/observer.h"

namespace relayfleet::gateway {

// Passes on what one HTTP server reports, with the name of its API.
class ApiObserver final : public http::Observer {
 public:
  ApiObserver(const char* api, std::shared_ptr<gateway::Observer> observer)
      : api_(api), observer_(std::move(observer)) {}

  void OnRequest() override { observer_->OnRequest(api_); }
  void OnResponse(const http::Exchange& exchange) override {
    observer_->OnResponse(api_, exchange);
  }
  void OnConnectionRefused() override { observer_->OnConnectionRefused(api_); }

 private:
  const char* const api_;
  const std::shared_ptr<gateway::Observer> observer_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_API_OBSERVER_H_
