// SPDX-License-Identifier: Apache-2.0

#include "libs/http/response_header.h"

#include "absl/strings/str_cat.h"

namespace relayfleet::http {
namespace {

void AppendField(absl::string_view name, absl::string_view value, std::string* out) {
  absl::StrAppend(out, name, ": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out->push_back(c);
  }
  out->append("\r\n");
}

}  // namespace

bool HasBody(int status) { return status >= 200 && status != 204 && status != 304; }

std::string ResponseHeader(const Response& response, const HeaderContext& context) {
  std::string out =
      absl::StrCat("HTTP/1.1 ", response.status, " ", ReasonPhrase(response.status), "\r\n");
  if (HasBody(response.status)) {
    if (!response.body.empty()) AppendField("Content-Type", response.content_type, &out);
    AppendField("Content-Length", absl::StrCat(response.body.size()), &out);
  }
  for (const auto& [name, value] : response.headers) AppendField(name, value, &out);
  if (!context.request_id.empty()) AppendField("X-Request-Id", context.request_id, &out);
  if (!context.keep_alive) {
    AppendField("Connection", "close", &out);
  } else if (context.http10) {
    AppendField("Connection", "keep-alive", &out);
  }
  out.append("\r\n");
  return out;
}

}  // namespace relayfleet::http
