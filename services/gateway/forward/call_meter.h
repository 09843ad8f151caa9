// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_FORWARD_CALL_METER_H_
#define RELAYFLEET_SERVICES_GATEWAY_FORWARD_CALL_METER_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "services/gateway/observer.h"

namespace relayfleet::gateway {

// Tells the observer of one call on the gRPC port: that it began, its pictures if it is
// a stream, then how it ended. Done() comes last; the others may be called at once.
class CallMeter {
 public:
  // `observer` may be null.
  CallMeter(std::shared_ptr<Observer> observer, const char* method, std::string request_id,
            const grpc::CallbackServerContext& context);

  // A picture came, or an answer to one went back, in a stream.
  void OnFrame();
  void OnAnswer();

  // Once.
  void Done(const grpc::Status& status);

 private:
  const std::shared_ptr<Observer> observer_;
  const char* const method_;
  const std::string request_id_;
  const std::string remote_;
  const absl::Duration began_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_FORWARD_CALL_METER_H_
