// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_REST_SERVICE_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_REST_SERVICE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "relayfleet/rest/v1/options.pb.h"

namespace relayfleet::gateway {

// One HTTP route of a method: one google.api.http rule, or an additional binding of it.
struct RestMethod {
  const google::protobuf::MethodDescriptor* method = nullptr;
  // "GET" and a template for http::PathTemplate.
  std::string http_method;
  std::string path;
  // The body is the whole request, or one (message) field, or there is none.
  bool body_is_request = false;
  const google::protobuf::FieldDescriptor* body_field = nullptr;
  // Only this field is answered.
  const google::protobuf::FieldDescriptor* response_field = nullptr;
  int success_status = 200;
  bool empty_body = false;
};

// How one service looks over HTTP, read from its proto.
struct RestService {
  rest::v1::ServiceRest options;
  std::vector<RestMethod> methods;
};

// Reads the annotations of all unary methods that have one. INVALID_ARGUMENT for a rule that names
// a field that is not there or of a kind that can't be a body.
absl::StatusOr<RestService> ReadRestService(const google::protobuf::ServiceDescriptor& service);

// Whether messages of that type carry raw bytes (google.api.HttpBody).
bool IsHttpBody(const google::protobuf::Descriptor* type);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_REST_SERVICE_H_
