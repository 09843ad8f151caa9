// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_METHODS_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_METHODS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "services/gateway/call_context.h"
#include "services/gateway/engine/request_builder.h"

namespace relayfleet::gateway {

// The answer if the status is OK. Called once, on any thread.
using MethodDone =
    absl::AnyInvocable<void(const grpc::Status&, std::unique_ptr<google::protobuf::Message>)>;

// Calls one method: starts work and returns. Called by many threads at once; keeps what it needs.
using MethodCall = std::function<void(BuiltRequest, const CallContextPtr&, MethodDone)>;

// Where the engine finds the methods of a service: behind channels (ChannelMethods) or in this
// process (LocalMethods).
class Methods {
 public:
  virtual ~Methods() = default;

  // How to call `method`; INTERNAL when it is not here.
  virtual absl::StatusOr<MethodCall> Find(
      const google::protobuf::MethodDescriptor& method) const = 0;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_METHODS_H_
