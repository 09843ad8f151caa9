// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/status_map.h"

#include <google/protobuf/util/json_util.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/http/json_text.h"

namespace relayfleet::gateway {
namespace {

constexpr std::pair<grpc::StatusCode, int> kTable[] = {
    {grpc::StatusCode::OK, 200},
    {grpc::StatusCode::CANCELLED, 499},
    {grpc::StatusCode::UNKNOWN, 500},
    {grpc::StatusCode::INVALID_ARGUMENT, 400},
    {grpc::StatusCode::DEADLINE_EXCEEDED, 504},
    {grpc::StatusCode::NOT_FOUND, 404},
    {grpc::StatusCode::ALREADY_EXISTS, 409},
    {grpc::StatusCode::PERMISSION_DENIED, 403},
    {grpc::StatusCode::RESOURCE_EXHAUSTED, 429},
    {grpc::StatusCode::FAILED_PRECONDITION, 400},
    {grpc::StatusCode::ABORTED, 409},
    {grpc::StatusCode::OUT_OF_RANGE, 413},
    {grpc::StatusCode::UNIMPLEMENTED, 501},
    {grpc::StatusCode::INTERNAL, 500},
    {grpc::StatusCode::UNAVAILABLE, 503},
    {grpc::StatusCode::DATA_LOSS, 500},
    {grpc::StatusCode::UNAUTHENTICATED, 401},
};

// The code that says most nearly what an HTTP status says.
grpc::StatusCode CodeOf(int http_status) {
  if (http_status == 405) return grpc::StatusCode::UNIMPLEMENTED;
  for (const auto& [code, status] : kTable) {
    if (status == http_status) return code;
  }
  return http_status < 500 ? grpc::StatusCode::INVALID_ARGUMENT : grpc::StatusCode::UNKNOWN;
}

// `,"details":[…]` from the status that the callee attached; "" without, and for details of types
// that this binary does not know.
std::string Details(const grpc::Status& status) {
  google::rpc::Status attached;
  if (!attached.ParseFromString(status.error_details())) return "";
  std::string all;
  for (const auto& detail : attached.details()) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(detail, &json).ok()) continue;
    absl::StrAppend(&all, all.empty() ? "" : ",", json);
  }
  return absl::StrCat(",\"details\":[", all, "]");
}

}  // namespace

int HttpStatus(grpc::StatusCode code) {
  for (const auto& [known, status] : kTable) {
    if (known == code) return status;
  }
  return 500;
}

http::Response ErrorResponse(rest::v1::ErrorShape shape, const grpc::Status& status) {
  const int http_status = HttpStatus(status.error_code());
  if (shape == rest::v1::ERROR_SHAPE_ERROR) {
    return http::JsonError(http_status, status.error_message());
  }
  http::Response response{.status = http_status};
  response.body =
      absl::StrCat("{\"code\":", static_cast<int>(status.error_code()),
                   ",\"message\":", http::JsonString(status.error_message()), Details(status), "}");
  return response;
}

http::ErrorWriter ErrorWriterOf(rest::v1::ErrorShape shape) {
  return [shape](int status, absl::string_view message) {
    http::Response response =
        ErrorResponse(shape, grpc::Status(CodeOf(status), std::string(message)));
    response.status = status;
    return response;
  };
}

}  // namespace relayfleet::gateway
