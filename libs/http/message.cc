// SPDX-License-Identifier: Apache-2.0

#include "libs/http/message.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/http/json_text.h"

namespace relayfleet::http {
namespace {

constexpr std::pair<int, absl::string_view> kPhrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Payload Too Large"},
    {421, "Misdirected Request"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

}  // namespace

absl::string_view Request::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

Response JsonError(int status, absl::string_view message) {
  Response response{.status = status};
  response.body = absl::StrCat("{\"error\":", JsonString(message), "}");
  return response;
}

absl::string_view ReasonPhrase(int status) {
  for (const auto& [known, phrase] : kPhrases) {
    if (known == status) return phrase;
  }
  return "";
}

Responder::~Responder() {
  if (sink_ != nullptr) sink_->Respond(JsonError(500, "no answer was made"));
}

void Responder::Send(Response response) {
  if (sink_ != nullptr) std::exchange(sink_, nullptr)->Respond(std::move(response));
}

}  // namespace relayfleet::http
