// SPDX-License-Identifier: Apache-2.0

#include "libs/http/host_check.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::http {
namespace {

// "host[:port]" and "[v6][:port]" without the port; "" when it is neither.
absl::string_view WithoutPort(absl::string_view host) {
  const size_t bracket = host.rfind(']');
  const size_t colon = host.find(':', bracket == absl::string_view::npos ? 0 : bracket);
  if (colon == absl::string_view::npos) return host;
  const absl::string_view port = host.substr(colon + 1);
  if (!std::all_of(port.begin(), port.end(), absl::ascii_isdigit)) return "";
  return host.substr(0, colon);
}

}  // namespace

bool NamesLoopback(absl::string_view host_header, absl::string_view listen) {
  const absl::string_view host = WithoutPort(absl::StripAsciiWhitespace(host_header));
  if (host.empty()) return false;
  for (const absl::string_view name : {"localhost", "localhost.", "127.0.0.1", "[::1]"}) {
    if (absl::EqualsIgnoreCase(host, name)) return true;
  }
  return absl::EqualsIgnoreCase(host, listen) ||
         absl::EqualsIgnoreCase(host, absl::StrCat("[", listen, "]"));
}

}  // namespace relayfleet::http
