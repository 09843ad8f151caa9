// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/on_behalf_of.h"

#include "libs/rpc/request_id.h"

namespace relayfleet::gateway {

std::unique_ptr<grpc::ClientContext> OnBehalfOf(const grpc::CallbackServerContext& caller,
                                                const std::string& request_id) {
  constexpr char kForwardedFor[] = "x-forwarded-for";
  auto context = grpc::ClientContext::FromCallbackServerContext(caller);
  context->AddMetadata(rpc::kRequestId, request_id);
  const auto from = caller.client_metadata().find(kForwardedFor);
  if (from != caller.client_metadata().end()) {
    context->AddMetadata(kForwardedFor, std::string(from->second.data(), from->second.size()));
  }
  return context;
}

}  // namespace relayfleet::gateway
