// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/message.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp {
namespace {

std::string SerializeRest(std::string head, const Headers& headers, const std::string& body) {
  for (const auto& [name, value] : headers.fields()) {
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  }
  if (!body.empty()) absl::StrAppend(&head, "Content-Length: ", body.size(), "\r\n");
  absl::StrAppend(&head, "\r\n", body);
  return head;
}

}  // namespace

void Headers::Add(absl::string_view name, absl::string_view value) {
  fields_.emplace_back(std::string(name), std::string(value));
}

absl::string_view Headers::Get(absl::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (absl::EqualsIgnoreCase(field, name)) return value;
  }
  return absl::string_view();
}

std::vector<absl::string_view> Headers::GetAll(absl::string_view name) const {
  std::vector<absl::string_view> values;
  for (const auto& [field, value] : fields_) {
    if (absl::EqualsIgnoreCase(field, name)) values.push_back(value);
  }
  return values;
}

std::string Serialize(const Request& request) {
  return SerializeRest(absl::StrCat(request.method, " ", request.uri, " RTSP/1.0\r\n"),
                       request.headers, request.body);
}

std::string Serialize(const Response& response) {
  return SerializeRest(absl::StrCat("RTSP/1.0 ", response.code, " ", response.reason, "\r\n"),
                       response.headers, response.body);
}

}  // namespace relayfleet::rtsp
