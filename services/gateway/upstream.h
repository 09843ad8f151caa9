// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_UPSTREAM_H_
#define RELAYFLEET_SERVICES_GATEWAY_UPSTREAM_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "libs/rpc/channel.h"
#include "services/gateway/call_context.h"

namespace relayfleet::gateway {

// Unary calls on ingest, in wire form, spread over its channels. Metadata: x-request-id and
// x-forwarded-for, as the context says. Calls under way don't need this object. Thread-safe.
class Upstream {
 public:
  // The status is for our caller (FromUpstream); the bytes are the answer if it is OK.
  using Done = absl::AnyInvocable<void(const grpc::Status&, const grpc::ByteBuffer&)>;

  explicit Upstream(std::shared_ptr<rpc::ChannelPool> channels);

  // `method`: "/package.Service/Method". Calls `done` once, on a gRPC thread.
  void Call(const std::string& method, const CallContextPtr& context, grpc::ByteBuffer request,
            Done done) const;

 private:
  const std::shared_ptr<rpc::ChannelPool> channels_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_UPSTREAM_H_
