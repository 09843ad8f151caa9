// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_URL_H_
#define RELAYFLEET_LIBS_HTTP_URL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/http/message.h"

namespace relayfleet::http {

// Whether `text` is well-formed UTF-8.
bool IsUtf8(absl::string_view text);

// Decodes %XX; INVALID_ARGUMENT for a broken one.
absl::StatusOr<std::string> PercentDecode(absl::string_view text);

// Splits "a=1&b=x%20y" and decodes it ('+' is a space). INVALID_ARGUMENT for broken encoding or
// what is not UTF-8.
absl::StatusOr<Fields> ParseQuery(absl::string_view query);

// A request path in pieces.
struct SplitPath {
  // Each segment decoded once; "%2F" has become a slash inside its segment.
  std::vector<std::string> segments;
  // What follows the last unescaped ':' of the last segment, and that segment without it; both
  // empty when there is none.
  std::string verb;
  std::string last_without_verb;
};

// Splits the raw `path` at '/' and decodes each segment once. INVALID_ARGUMENT when it does not
// begin with '/', when a piece (also one between decoded slashes) is empty, "." or "..", and for
// control characters, broken encoding and what is not UTF-8. "/" has no segments.
absl::StatusOr<SplitPath> ParsePath(absl::string_view path);

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_URL_H_
