// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_PATH_TEMPLATE_H_
#define RELAYFLEET_LIBS_HTTP_PATH_TEMPLATE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/http/url.h"

namespace relayfleet::http {

// Variable (a field path as "relay.key") and the decoded text that it matched.
using Bindings = std::vector<std::pair<std::string, std::string>>;

// A path template of google.api.http, e.g. "/v1/relays/{key=**}:ready". One extension: `**` may
// stand anywhere, once, with literals after it: "/relays/{key=**}/frame" matches from both ends.
//
//   template = "/" segment { "/" segment } [ ":" verb ]
//   segment  = "*" | "**" | literal | "{" variable [ "=" segments ] "}"
//
// `*` matches one segment without a slash, `**` one or more with any. Immutable.
class PathTemplate {
 public:
  static absl::StatusOr<PathTemplate> Parse(absl::string_view text);

  // The bindings if `path` matches.
  std::optional<Bindings> Match(const SplitPath& path) const;

  // Of two templates that match a path the greater wins: more literals, then no `**`.
  int specificity() const { return specificity_; }
  const std::string& text() const { return text_; }

 private:
  enum class Kind { kLiteral, kOne, kMany };
  struct Segment {
    Kind kind;
    std::string literal;
  };
  // Segments [begin, end) of the template are bound to `name`.
  struct Variable {
    std::string name;
    size_t begin;
    size_t end;
  };
  class Parser;

  PathTemplate() = default;
  bool MatchRange(absl::Span<const std::string> parts, size_t from) const;
  Bindings Bind(absl::Span<const std::string> parts) const;

  std::string text_;
  std::vector<Segment> segments_;
  std::vector<Variable> variables_;
  std::string verb_;
  // Index of `**`, or segments_.size().
  size_t many_ = 0;
  int specificity_ = 0;
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_PATH_TEMPLATE_H_
