// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_COMPAT_UPSTREAM_CALL_H_
#define RELAYFLEET_SERVICES_GATEWAY_COMPAT_UPSTREAM_CALL_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/gateway/engine/wire.h"
#include "services/gateway/upstream.h"

namespace relayfleet::gateway {

// Calls `method` ("GetRelay") of RelayService with a request in wire form, then
// `done(status, response)` on a gRPC thread.
template <typename Response, typename Done>
void CallRelayService(const Upstream& upstream, const std::string& method,
                      const CallContextPtr& context, const grpc::ByteBuffer& request, Done done) {
  upstream.Call(
      absl::StrCat("/relayfleet.relay.v1.RelayService/", method), context, request,
      [done = std::move(done)](const grpc::Status& status, const grpc::ByteBuffer& bytes) mutable {
        Response response;
        if (!status.ok() || FromWire(bytes, &response)) return done(status, response);
        done(grpc::Status(grpc::StatusCode::INTERNAL, "the answer can't be read"), response);
      });
}

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_COMPAT_UPSTREAM_CALL_H_
