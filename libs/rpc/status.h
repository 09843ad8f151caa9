// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_STATUS_H_
#define RELAYFLEET_LIBS_RPC_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace relayfleet::rpc {

// The two status types into each other. Payloads of an absl::Status whose type URL begins with
// "type.googleapis.com/" (google.rpc.RetryInfo and the like) travel as google.rpc.Status details
// and come back as payloads; others stay in the process.
grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_STATUS_H_
