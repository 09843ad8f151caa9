// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_FORWARD_DOWN_H_
#define RELAYFLEET_SERVICES_GATEWAY_FORWARD_DOWN_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/server_callback.h>

#include <memory>

#include "services/gateway/forward/call_meter.h"

namespace relayfleet::gateway {

// Passes a call with one request and a stream of answers on as `method` of `stub`: the next answer
// is read once the last was written, so a slow reader slows the callee, and no more than one waits
// here. A cancelled caller cancels the callee, whose status comes down. `stub` and `request` may go
// once this returns. Returns the server's side, which lives until gRPC is done with both.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartForwardingDown(
    const char* method, std::unique_ptr<grpc::ClientContext> context, CallMeter meter,
    const grpc::ByteBuffer& request, grpc::GenericStub* stub);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_FORWARD_DOWN_H_
