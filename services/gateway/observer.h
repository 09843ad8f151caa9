// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_OBSERVER_H_
#define RELAYFLEET_SERVICES_GATEWAY_OBSERVER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/http/observer.h"

namespace relayfleet::gateway {

// Told what the gateway does, for metrics and logs. `api` is "robot_relay", "rest" or "grpc".
// Called on many threads; returns quickly.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnRequest(absl::string_view api) = 0;
  // Once for each OnRequest. Calls of the gRPC port come with the method's full name as route and
  // the gRPC code as status.
  virtual void OnResponse(absl::string_view api, const http::Exchange& exchange) = 0;
  // A picture came in a stream of the gRPC port; an answer to one went back.
  virtual void OnStreamFrame() = 0;
  virtual void OnStreamAnswer() = 0;
  // A connection above the limit was sent away.
  virtual void OnConnectionRefused(absl::string_view api) = 0;
  // The port is taken; the API is left out.
  virtual void OnPortSkipped(absl::string_view api, const absl::Status& why) = 0;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_OBSERVER_H_
