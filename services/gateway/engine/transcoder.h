// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_TRANSCODER_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_TRANSCODER_H_

#include <google/protobuf/descriptor.h>
#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/http/router.h"

namespace relayfleet::gateway {

// The engine: gives `router` an HTTP+JSON route for each annotated unary method of `service`, and
// serves it by a gRPC call on `channel`.
//
//   Request -> BuildRequest -> generic unary call -> WriteResponse or ErrorResponse -> Responder
//
// A call ends `deadline` after its begin (or 5 s after the wait that it asks for, if that is
// later), and when its peer goes away. Metadata: x-request-id, x-forwarded-for. What a call needs
// it keeps itself, so calls outlive the router; nothing here is shared but the channel.
absl::Status AddRestRoutes(const google::protobuf::ServiceDescriptor& service,
                           std::shared_ptr<grpc::Channel> channel, absl::Duration deadline,
                           http::Router* router);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_TRANSCODER_H_
