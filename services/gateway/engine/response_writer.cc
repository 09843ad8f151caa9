// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/response_writer.h"

#include <google/protobuf/message.h>

#include <utility>

#include "google/api/httpbody.pb.h"
#include "libs/rpc/status.h"
#include "services/gateway/engine/json.h"
#include "services/gateway/engine/status_map.h"

namespace relayfleet::gateway {
namespace {

using google::protobuf::Message;

// The part of `message` that is answered, if that is raw bytes.
google::api::HttpBody* RawBody(const RestMethod& method, Message* message) {
  const auto* field = method.response_field;
  if (field == nullptr) {
    return IsHttpBody(message->GetDescriptor()) ? static_cast<google::api::HttpBody*>(message)
                                                : nullptr;
  }
  if (field->is_repeated() || !IsHttpBody(field->message_type())) return nullptr;
  return static_cast<google::api::HttpBody*>(
      message->GetReflection()->MutableMessage(message, field));
}

}  // namespace

http::Response WriteResponse(const RestMethod& method, const rest::v1::ServiceRest& options,
                             Message* message) {
  http::Response response{.status = method.success_status};
  if (method.empty_body) return response;
  if (google::api::HttpBody* raw = RawBody(method, message)) {
    response.content_type = raw->content_type();
    response.body = std::move(*raw->mutable_data());
    return response;
  }
  absl::StatusOr<std::string> json = PrintJson(*message, method.response_field, options);
  if (!json.ok()) return ErrorResponse(options.error_shape(), rpc::ToGrpc(json.status()));
  response.body = *std::move(json);
  return response;
}

}  // namespace relayfleet::gateway
