// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_CLIENT_H_
#define RELAYFLEET_TOOLS_RELAYCTL_CLIENT_H_

#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"

namespace relayfleet::relayctl {

using Stub = relay::v1::RelayService::StubInterface;

// A stub of the fleet at `server` (host:port). Connects with the first call, and again within
// half a second when the fleet comes back.
std::unique_ptr<Stub> Connect(const std::string& server);

// What a call ended with. A call that ran out of time is kUnavailable: the server hangs.
absl::Status ToStatus(const grpc::Status& status);

// One call with one answer: `method` of `stub`, at most for `limit`.
template <typename Request, typename Response>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response,
                  absl::Duration limit = absl::Seconds(10)) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  return ToStatus((stub.*method)(&context, request, response));
}

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_CLIENT_H_
