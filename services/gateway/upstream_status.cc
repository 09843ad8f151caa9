// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/upstream_status.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "libs/base/errors.h"
#include "libs/rpc/status.h"

namespace relayfleet::gateway {
namespace {

// UNAVAILABLE comes from the peer or from gRPC in this process; only the words tell which.
constexpr absl::string_view kTransportWords[] = {"failed to connect",
                                                 "connections to all backends failing",
                                                 "Socket closed",
                                                 "Connection reset",
                                                 "Connection refused",
                                                 "Broken pipe",
                                                 "GOAWAY",
                                                 "Transport closed",
                                                 "Endpoint closing",
                                                 "endpoint shutdown",
                                                 "DNS resolution",
                                                 "empty address list",
                                                 "keepalive watchdog",
                                                 "Cancelling all calls",
                                                 "Received http2 header"};

bool IsTransport(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE &&
         std::any_of(std::begin(kTransportWords), std::end(kTransportWords),
                     [&](absl::string_view words) {
                       return absl::StrContains(status.error_message(), words);
                     });
}

}  // namespace

grpc::Status FromUpstream(const grpc::Status& status) {
  if (!IsTransport(status)) return status;
  return rpc::ToGrpc(base::PeerUnavailable("ingest", "it is down or starting; try again"));
}

}  // namespace relayfleet::gateway
