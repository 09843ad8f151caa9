// SPDX-License-Identifier: Apache-2.0

#include "libs/http/request_reader.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "libs/http/url.h"

namespace relayfleet::http {
namespace {

constexpr size_t kMaxIdBytes = 64;

std::string String(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool IsIdCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; }

// Proxies send "http://host/path" instead of "/path".
absl::string_view StripAuthority(absl::string_view target) {
  if (!absl::StartsWithIgnoreCase(target, "http://")) return target;
  const size_t slash = target.find('/', 7);
  return slash == absl::string_view::npos ? "/" : target.substr(slash);
}

}  // namespace

std::string RequestId(const BeastRequest& request) {
  const std::string given = String(request["X-Request-Id"]);
  if (!given.empty() && given.size() <= kMaxIdBytes &&
      std::all_of(given.begin(), given.end(), IsIdCharacter)) {
    return given;
  }
  absl::BitGen random;
  return absl::StrFormat("%016x", absl::Uniform<uint64_t>(random));
}

absl::StatusOr<Request> ReadRequest(BeastRequest request) {
  Request result;
  result.method = String(request.method_string());
  result.target = String(request.target());
  const absl::string_view target = StripAuthority(result.target);
  const size_t question = target.find('?');
  result.path = std::string(target.substr(0, question));
  if (question != absl::string_view::npos) {
    absl::StatusOr<Fields> query = ParseQuery(target.substr(question + 1));
    if (!query.ok()) return query.status();
    result.query = *std::move(query);
  }
  for (const auto& field : request) {
    result.headers.emplace_back(String(field.name_string()), String(field.value()));
  }
  result.body = std::move(request.body());
  return result;
}

}  // namespace relayfleet::http
