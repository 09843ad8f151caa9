// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_PERCENT_H_
#define RELAYFLEET_LIBS_BASE_PERCENT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::base {

// Decodes %XX once (RFC 3986, 2.1). nullopt when a "%" is not followed by two hex digits.
std::optional<std::string> PercentDecode(absl::string_view text);

// Encodes all but unreserved characters (letters, digits, "-._~").
std::string PercentEncode(absl::string_view text);

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_PERCENT_H_
