// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_REQUEST_ID_H_
#define RELAYFLEET_LIBS_RPC_REQUEST_ID_H_

#include <string>

#include "grpcpp/server_context.h"

namespace relayfleet::rpc {

// Metadata by which services tell each other, and their logs, which user's request a call serves.
inline constexpr char kRequestId[] = "x-request-id";

// The caller's id, or a new one when it gave none, or one that is no short word (64 letters,
// digits, '-', '_', '.'). Thread-safe.
std::string RequestId(const grpc::ServerContextBase& caller);

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_REQUEST_ID_H_
