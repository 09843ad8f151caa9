// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_FORWARD_BIDI_H_
#define RELAYFLEET_SERVICES_GATEWAY_FORWARD_BIDI_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/server_callback.h>

#include <memory>

#include "services/gateway/forward/call_meter.h"

namespace relayfleet::gateway {

// Passes a bidirectional stream on as `method` of `stub`, one message at a time in each direction:
// the next is read once the last was written, so a slow reader slows its writer, and never more
// than two messages wait here.
//
//   caller ── read ──► up ── write ──► callee
//   caller ◄─ write ── down ◄─ read ── callee
//
// The caller's half-close goes up, the callee's status comes down, a cancelled caller cancels the
// callee. `stub` may go once this returns. Returns the server's side, which lives until gRPC is
// done with both.
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartForwardingBidi(
    const char* method, std::unique_ptr<grpc::ClientContext> context, CallMeter meter,
    grpc::GenericStub* stub);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_FORWARD_BIDI_H_
