// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/control_uri.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp {

absl::StatusOr<std::string> ControlUri(absl::string_view base, absl::string_view control) {
  const auto graphic = [](char c) { return absl::ascii_isgraph(c); };
  if (!std::all_of(control.begin(), control.end(), graphic) ||
      !std::all_of(base.begin(), base.end(), graphic)) {
    return absl::InvalidArgumentError("control attribute is no URI");
  }
  if (control.empty() || control == "*") return std::string(base);
  if (absl::StartsWithIgnoreCase(control, "rtsp://")) return std::string(control);
  // Servers expect plain concatenation, not the path arithmetic of RFC 3986.
  return absl::StrCat(base, absl::EndsWith(base, "/") ? "" : "/", control);
}

}  // namespace relayfleet::rtsp
