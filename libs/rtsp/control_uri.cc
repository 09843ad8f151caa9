// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/control_uri.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace relayfleet::rtsp {
namespace {

bool IsGraphic(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isgraph(c); });
}

}  // namespace

bool IsRtspUri(absl::string_view uri) {
  return absl::StartsWithIgnoreCase(uri, "rtsp://") || absl::StartsWithIgnoreCase(uri, "rtsps://");
}

absl::StatusOr<std::string> ControlUri(absl::string_view base, absl::string_view control) {
  if (!IsGraphic(control) || !IsGraphic(base)) {
    return absl::InvalidArgumentError("control attribute is no URI");
  }
  if (control.empty() || control == "*") return std::string(base);
  if (IsRtspUri(control)) return std::string(control);
  // Servers expect plain concatenation, also behind a query, not the path arithmetic of RFC 3986.
  if (absl::EndsWith(base, "/")) absl::ConsumePrefix(&control, "/");
  const bool joined = absl::EndsWith(base, "/") || control[0] == '/' || control[0] == '?';
  return absl::StrCat(base, joined ? "" : "/", control);
}

std::string BaseUri(absl::string_view request_uri, absl::string_view content_base,
                    absl::string_view content_location) {
  const absl::string_view named = content_base.empty() ? content_location : content_base;
  if (named.empty() || !IsGraphic(named)) return std::string(request_uri);
  if (IsRtspUri(named)) return std::string(named);
  if (named[0] != '/') return std::string(request_uri);
  const size_t host = request_uri.find("://") + 3;
  return absl::StrCat(request_uri.substr(0, request_uri.find_first_of("/?", host)), named);
}

}  // namespace relayfleet::rtsp
