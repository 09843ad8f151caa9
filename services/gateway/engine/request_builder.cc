// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/request_builder.h"

#include <google/protobuf/message.h>

#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/api/httpbody.pb.h"
#include "google/protobuf/duration.pb.h"
#include "libs/base/errors.h"
#include "libs/rpc/proto_time.h"
#include "services/gateway/engine/json.h"
#include "services/gateway/engine/wire.h"

namespace relayfleet::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::unique_ptr<Message> NewRequest(const RestMethod& method) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()
                                      ->GetPrototype(method.method->input_type())
                                      ->New());
}

bool IsRawBody(const RestMethod& method) {
  return method.body_field != nullptr && IsHttpBody(method.body_field->message_type());
}

google::api::HttpBody* RawBody(const FieldDescriptor& field, Message* message) {
  return static_cast<google::api::HttpBody*>(
      message->GetReflection()->MutableMessage(message, &field));
}

absl::Status ReadBody(const RestMethod& method, bool ignore_unknown, const http::Request& request,
                      Message* message) {
  if (IsRawBody(method)) {
    RawBody(*method.body_field, message)
        ->set_content_type(std::string(request.Header("Content-Type")));
    return absl::OkStatus();
  }
  // No body is a body without fields.
  if (request.body.empty()) return absl::OkStatus();
  if (method.body_is_request) return ParseJson(request.body, ignore_unknown, message);
  if (method.body_field == nullptr) return absl::OkStatus();
  return ParseJson(request.body, ignore_unknown,
                   message->GetReflection()->MutableMessage(message, method.body_field));
}

absl::Status ReadPath(const http::Bindings& bindings, Message* message) {
  for (const auto& [name, value] : bindings) {
    const absl::Status status = SetField(name, value, /*ignore_unknown=*/false, message);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool GivenElsewhere(const RestMethod& method, const http::Bindings& bindings,
                    absl::string_view name) {
  const absl::string_view top = name.substr(0, name.find('.'));
  if (method.body_field != nullptr &&
      (top == method.body_field->name() || top == method.body_field->json_name())) {
    return true;
  }
  for (const auto& [bound, value] : bindings) {
    if (bound == name) return true;
  }
  return false;
}

absl::Status ReadQuery(const RestMethod& method, bool ignore_unknown, const http::Fields& query,
                       const http::Bindings& bindings, Message* message) {
  for (const auto& [name, value] : query) {
    const bool allowed = !method.body_is_request && !GivenElsewhere(method, bindings, name);
    if (!allowed && ignore_unknown) continue;
    if (!allowed) return base::InvalidField(name, "can't be given in the query");
    const absl::Status status = SetField(name, value, ignore_unknown, message);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Duration WaitOf(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("timeout");
  if (field == nullptr || field->is_repeated()) return absl::ZeroDuration();
  const auto* reflection = message.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    const double seconds = reflection->GetDouble(message, field);
    return std::isfinite(seconds) ? absl::Seconds(seconds) : absl::ZeroDuration();
  }
  if (field->message_type() != google::protobuf::Duration::descriptor()) {
    return absl::ZeroDuration();
  }
  const Message& duration = reflection->GetMessage(message, field);
  return rpc::FromProto(static_cast<const google::protobuf::Duration&>(duration));
}

}  // namespace

absl::StatusOr<BuiltRequest> BuildRequest(const RestMethod& method, bool ignore_unknown,
                                          http::Request request, const http::Bindings& bindings) {
  std::unique_ptr<Message> message = NewRequest(method);
  absl::Status status = ReadBody(method, ignore_unknown, request, message.get());
  if (status.ok()) status = ReadPath(bindings, message.get());
  if (status.ok()) {
    status = ReadQuery(method, ignore_unknown, request.query, bindings, message.get());
  }
  if (!status.ok()) return status;
  BuiltRequest built{.wait = WaitOf(*message)};
  built.message = std::move(message);
  if (IsRawBody(method)) {
    built.raw_field = method.body_field;
    built.raw = std::move(request.body);
  }
  return built;
}

std::unique_ptr<Message> ToMessage(BuiltRequest request) {
  if (request.raw_field != nullptr) {
    RawBody(*request.raw_field, request.message.get())->set_data(std::move(request.raw));
  }
  return std::move(request.message);
}

grpc::ByteBuffer ToWire(BuiltRequest request) {
  if (request.raw_field == nullptr) return ToWire(*request.message);
  return ToWire(*request.message, *request.raw_field, std::move(request.raw));
}

}  // namespace relayfleet::gateway
