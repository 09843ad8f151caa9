// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_STATUS_MAP_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_STATUS_MAP_H_

#include <grpcpp/support/status.h>

#include "libs/http/message.h"
#include "relayfleet/rest/v1/options.pb.h"

namespace relayfleet::gateway {

// The one table from gRPC codes to HTTP statuses: Google's, with one difference. OUT_OF_RANGE is
// what the error catalogue says of a body that is too large, so it is 413.
int HttpStatus(grpc::StatusCode code);

// A failed call in the shape of an API: {"code":…,"message":…,"details":[…]} or {"error":…}.
http::Response ErrorResponse(rest::v1::ErrorShape shape, const grpc::Status& status);

// The same for what HTTP itself finds wrong (404, 413 …), for servers and routers.
http::ErrorWriter ErrorWriterOf(rest::v1::ErrorShape shape);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_STATUS_MAP_H_
