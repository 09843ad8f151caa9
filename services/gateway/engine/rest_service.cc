// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/rest_service.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/api/annotations.pb.h"
#include "google/api/httpbody.pb.h"

namespace relayfleet::gateway {
namespace {

using google::api::HttpRule;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

std::pair<std::string, std::string> MethodAndPath(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case HttpRule::kCustom:
      return {rule.custom().kind(), rule.custom().path()};
    case HttpRule::PATTERN_NOT_SET:
      break;
  }
  return {};
}

absl::StatusOr<const FieldDescriptor*> FindField(const Descriptor* type, const std::string& name) {
  const FieldDescriptor* field = type->FindFieldByName(name);
  if (field != nullptr) return field;
  return absl::InvalidArgumentError(absl::StrCat(type->full_name(), " has no field ", name));
}

absl::Status ReadBody(const HttpRule& rule, RestMethod* out) {
  out->body_is_request = rule.body() == "*";
  if (rule.body().empty() || out->body_is_request) return absl::OkStatus();
  const auto field = FindField(out->method->input_type(), rule.body());
  if (!field.ok()) return field.status();
  if ((*field)->is_repeated() || (*field)->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return absl::InvalidArgumentError(
        absl::StrCat((*field)->full_name(), " can't be a body: it is no single message"));
  }
  out->body_field = *field;
  return absl::OkStatus();
}

absl::Status ReadRule(const MethodDescriptor& method, const HttpRule& rule, RestService* out) {
  const auto& options = method.options().GetExtension(rest::v1::method);
  RestMethod result{.method = &method, .empty_body = options.empty_body()};
  std::tie(result.http_method, result.path) = MethodAndPath(rule);
  if (options.success_status() != 0) {
    result.success_status = static_cast<int>(options.success_status());
  }
  const absl::Status body = ReadBody(rule, &result);
  if (!body.ok()) return body;
  if (!rule.response_body().empty()) {
    const auto field = FindField(method.output_type(), rule.response_body());
    if (!field.ok()) return field.status();
    result.response_field = *field;
  }
  out->methods.push_back(std::move(result));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RestService> ReadRestService(const google::protobuf::ServiceDescriptor& service) {
  RestService result;
  result.options = service.options().GetExtension(rest::v1::service);
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    if (!method.options().HasExtension(google::api::http)) continue;
    if (method.client_streaming() || method.server_streaming()) {
      return absl::InvalidArgumentError(
          absl::StrCat(method.full_name(), " streams and can't have an HTTP route"));
    }
    const HttpRule& rule = method.options().GetExtension(google::api::http);
    absl::Status status = ReadRule(method, rule, &result);
    for (const HttpRule& more : rule.additional_bindings()) {
      status.Update(ReadRule(method, more, &result));
    }
    if (!status.ok()) return status;
  }
  return result;
}

bool IsHttpBody(const Descriptor* type) { return type == google::api::HttpBody::descriptor(); }

}  // namespace relayfleet::gateway
