// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ON_BEHALF_OF_H_
#define RELAYFLEET_SERVICES_GATEWAY_ON_BEHALF_OF_H_

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string>

namespace relayfleet::gateway {

// A client context for a call made on behalf of `caller`: its deadline, its cancellation, and the
// metadata that tells where it came from (x-forwarded-for, and `request_id` as x-request-id).
// `caller` is still being served when the call begins.
std::unique_ptr<grpc::ClientContext> OnBehalfOf(const grpc::CallbackServerContext& caller,
                                                const std::string& request_id);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ON_BEHALF_OF_H_
