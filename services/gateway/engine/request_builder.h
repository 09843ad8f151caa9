// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_REQUEST_BUILDER_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_REQUEST_BUILDER_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/http/message.h"
#include "libs/http/path_template.h"
#include "services/gateway/engine/rest_service.h"

namespace relayfleet::gateway {

// The request of a call.
struct BuiltRequest {
  std::unique_ptr<google::protobuf::Message> message;
  // If there is a raw body, its HttpBody field, and the data, which are not in `message` yet.
  const google::protobuf::FieldDescriptor* raw_field = nullptr;
  std::string raw;
  // What the request's field `timeout` (a Duration or seconds) asks to wait at most; zero without.
  absl::Duration wait;
};

// Its whole message, and the same on the wire. The raw body is not copied.
std::unique_ptr<google::protobuf::Message> ToMessage(BuiltRequest request);
grpc::ByteBuffer ToWire(BuiltRequest request);

// Makes the request of `method` from its HTTP one: body, then path, then query. A parameter
// that the body or the path gives already is refused in the query; with the whole request as body
// the query has nothing to say. INVALID_ARGUMENT says what is wrong.
absl::StatusOr<BuiltRequest> BuildRequest(const RestMethod& method, bool ignore_unknown,
                                          http::Request request, const http::Bindings& bindings);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_REQUEST_BUILDER_H_
