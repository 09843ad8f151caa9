// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_UPSTREAM_STATUS_H_
#define RELAYFLEET_SERVICES_GATEWAY_UPSTREAM_STATUS_H_

#include <grpcpp/support/status.h>

namespace relayfleet::gateway {

// The status of a call on ingest, for our caller: what ingest said as it is, and gRPC's own words
// for a peer that is not there, which name internal addresses, as the error catalogue's.
grpc::Status FromUpstream(const grpc::Status& status);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_UPSTREAM_STATUS_H_
