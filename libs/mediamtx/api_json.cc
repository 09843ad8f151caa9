// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/api_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"

namespace relayfleet::mediamtx {
namespace {

using Json = nlohmann::json;

// The parser never throws when told so; a depth of nesting that would exhaust the stack while the
// value is destroyed is refused before.
absl::StatusOr<Json> ParseObject(absl::string_view text) {
  int deepest = 0;
  const auto limit_depth = [&deepest](int depth, Json::parse_event_t, Json&) {
    deepest = std::max(deepest, depth);
    return depth < 32;
  };
  Json json = Json::parse(text.begin(), text.end(), limit_depth, /*allow_exceptions=*/false);
  if (!json.is_object() || deepest >= 32) return absl::InternalError("MediaMTX: not its JSON");
  return json;
}

const Json* Find(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(name);
  return it == object.end() ? nullptr : &*it;
}

std::string StringOf(const Json& object, const char* name) {
  const Json* value = Find(object, name);
  return value != nullptr && value->is_string() ? value->get_ref<const std::string&>() : "";
}

bool BoolOf(const Json& object, const char* name) {
  const Json* value = Find(object, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

uint64_t NumberOf(const Json& object, const char* name) {
  const Json* value = Find(object, name);
  return value != nullptr && value->is_number_unsigned() ? value->get<uint64_t>() : 0;
}

const Json* ArrayOf(const Json& object, const char* name) {
  const Json* value = Find(object, name);
  return value != nullptr && value->is_array() ? value : nullptr;
}

std::vector<std::string> CodecsOf(const Json& path) {
  std::vector<std::string> codecs;
  if (const Json* tracks = ArrayOf(path, "tracks2")) {
    for (const Json& track : *tracks) codecs.push_back(StringOf(track, "codec"));
  } else if (const Json* names = ArrayOf(path, "tracks")) {
    for (const Json& name : *names) {
      if (name.is_string()) codecs.push_back(name.get_ref<const std::string&>());
    }
  }
  return codecs;
}

Session SessionOf(SessionKind kind, const Json& item) {
  Session session;
  session.id = StringOf(item, "id");
  session.path = StringOf(item, "path");
  // Before 1.0 a WebRTC session had no state; connected readers are what counts either way.
  session.reading = StringOf(item, "state") == "read" &&
                    (kind == SessionKind::kRtsp || BoolOf(item, "peerConnectionEstablished"));
  return session;
}

absl::StatusCode CodeOf(int http_status) {
  switch (http_status) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::StatusOr<Path> ParsePath(absl::string_view json) {
  auto object = ParseObject(json);
  if (!object.ok()) return object.status();
  Path path;
  path.name = StringOf(*object, "name");
  // `available` alone would also be true for a path that is always available and has no publisher.
  path.online =
      Find(*object, "online") != nullptr ? BoolOf(*object, "online") : BoolOf(*object, "ready");
  path.codecs = CodecsOf(*object);
  if (const Json* readers = ArrayOf(*object, "readers")) {
    path.readers = static_cast<int>(readers->size());
  }
  path.inbound_bytes = NumberOf(
      *object, Find(*object, "inboundBytes") != nullptr ? "inboundBytes" : "bytesReceived");
  return path;
}

absl::StatusOr<SessionPage> ParseSessionPage(SessionKind kind, absl::string_view json) {
  auto object = ParseObject(json);
  if (!object.ok()) return object.status();
  const Json* items = ArrayOf(*object, "items");
  if (items == nullptr) return absl::InternalError("MediaMTX: a list without items");
  SessionPage page;
  page.page_count = static_cast<int>(std::min<uint64_t>(NumberOf(*object, "pageCount"), 1 << 20));
  for (const Json& item : *items) page.sessions.push_back(SessionOf(kind, item));
  return page;
}

absl::Status ErrorOf(int http_status, absl::string_view body) {
  std::string text;
  if (auto object = ParseObject(body); object.ok()) text = StringOf(*object, "error");
  const std::string what =
      text.empty() ? absl::StrCat("HTTP status ", http_status) : base::Quoted(text);
  return absl::Status(CodeOf(http_status), absl::StrCat("MediaMTX: ", what));
}

}  // namespace relayfleet::mediamtx
