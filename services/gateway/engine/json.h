// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_JSON_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_JSON_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "relayfleet/rest/v1/options.pb.h"

namespace relayfleet::gateway {

// Reads a JSON object into `message`, which is cleared first. Nulls are ignored, unknown fields
// refused unless `ignore_unknown`. INVALID_ARGUMENT says what is wrong and where.
absl::Status ParseJson(absl::string_view json, bool ignore_unknown,
                       google::protobuf::Message* message);

// Sets the field at `path` ("spec.output.width", proto or JSON names) from text, as a query or path
// parameter gives it: any scalar, enum, Duration, Timestamp; of repeated fields one element more.
// INVALID_ARGUMENT for an unknown field, unless `ignore_unknown`, and for a value of another type.
absl::Status SetField(absl::string_view path, absl::string_view value, bool ignore_unknown,
                      google::protobuf::Message* message);

// `message` as JSON, or (not null) only its field `only`.
absl::StatusOr<std::string> PrintJson(const google::protobuf::Message& message,
                                      const google::protobuf::FieldDescriptor* only,
                                      const rest::v1::ServiceRest& options);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_JSON_H_
