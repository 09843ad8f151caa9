// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/on_behalf_of.h"

#include <string>

namespace relayfleet::gateway {

std::unique_ptr<grpc::ClientContext> OnBehalfOf(const grpc::CallbackServerContext& caller) {
  auto context = grpc::ClientContext::FromCallbackServerContext(caller);
  for (const char* name : {"x-request-id", "x-forwarded-for"}) {
    const auto found = caller.client_metadata().find(name);
    if (found == caller.client_metadata().end()) continue;
    context->AddMetadata(name, std::string(found->second.data(), found->second.size()));
  }
  return context;
}

}  // namespace relayfleet::gateway
