// SPDX-License-Identifier: Apache-2.0

#include "libs/http/path_template.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace relayfleet::http {

// Reads a template from left to right into a PathTemplate.
class PathTemplate::Parser {
 public:
  Parser(absl::string_view text, PathTemplate* out) : rest_(text), out_(out) {}

  bool Parse() {
    if (!Skip("/")) return false;
    if (!ParseSegments(/*in_variable=*/false)) return false;
    if (Skip(":")) {
      out_->verb_ = std::string(Word());
      if (out_->verb_.empty()) return false;
    }
    return rest_.empty();
  }

 private:
  bool Skip(absl::string_view token) {
    if (!absl::StartsWith(rest_, token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  absl::string_view Word() {
    const absl::string_view word = rest_.substr(0, rest_.find_first_of("/:{}=*"));
    rest_.remove_prefix(word.size());
    return word;
  }

  bool ParseSegments(bool in_variable) {
    do {
      if (Skip("{")) {
        if (in_variable || !ParseVariable()) return false;
      } else if (!ParseSegment()) {
        return false;
      }
    } while (Skip("/"));
    return true;
  }

  bool ParseSegment() {
    if (Skip("**")) return Add({Kind::kMany, ""});
    if (Skip("*")) return Add({Kind::kOne, ""});
    const absl::string_view literal = Word();
    return !literal.empty() && Add({Kind::kLiteral, std::string(literal)});
  }

  bool ParseVariable() {
    Variable variable{std::string(Word()), out_->segments_.size(), 0};
    if (variable.name.empty()) return false;
    if (Skip("=")) {
      if (!ParseSegments(/*in_variable=*/true)) return false;
    } else {
      Add({Kind::kOne, ""});
    }
    variable.end = out_->segments_.size();
    out_->variables_.push_back(std::move(variable));
    return Skip("}");
  }

  bool Add(Segment segment) {
    if (segment.kind == Kind::kMany && has_many_) return false;
    has_many_ |= segment.kind == Kind::kMany;
    out_->segments_.push_back(std::move(segment));
    return true;
  }

  absl::string_view rest_;
  PathTemplate* const out_;
  bool has_many_ = false;
};

absl::StatusOr<PathTemplate> PathTemplate::Parse(absl::string_view text) {
  PathTemplate result;
  result.text_ = std::string(text);
  if (!Parser(text, &result).Parse()) {
    return absl::InvalidArgumentError(absl::StrCat("no path template: ", text));
  }
  const auto is = [](Kind kind) { return [kind](const Segment& s) { return s.kind == kind; }; };
  const auto& segments = result.segments_;
  const auto many = std::find_if(segments.begin(), segments.end(), is(Kind::kMany));
  result.many_ = many - segments.begin();
  const int literals =
      static_cast<int>(std::count_if(segments.begin(), segments.end(), is(Kind::kLiteral))) +
      (result.verb_.empty() ? 0 : 1);
  result.specificity_ = 2 * literals + (many == segments.end() ? 1 : 0);
  return result;
}

std::optional<Bindings> PathTemplate::Match(const SplitPath& path) const {
  std::vector<std::string> parts = path.segments;
  if (!verb_.empty()) {
    if (path.verb != verb_) return std::nullopt;
    parts.back() = path.last_without_verb;
  }
  const bool has_many = many_ < segments_.size();
  if (has_many ? parts.size() < segments_.size() : parts.size() != segments_.size()) {
    return std::nullopt;
  }
  const absl::Span<const std::string> span(parts);
  const size_t tail = has_many ? segments_.size() - many_ - 1 : 0;
  if (!MatchRange(span.subspan(0, many_), 0) ||
      !MatchRange(span.subspan(span.size() - tail), segments_.size() - tail)) {
    return std::nullopt;
  }
  return Bind(span);
}

// Compares `parts` one to one with the segments from `from` on.
bool PathTemplate::MatchRange(absl::Span<const std::string> parts, size_t from) const {
  for (size_t i = 0; i < parts.size(); ++i) {
    const Segment& segment = segments_[from + i];
    const bool matches = segment.kind == Kind::kLiteral ? parts[i] == segment.literal
                                                        : parts[i].find('/') == std::string::npos;
    if (!matches) return false;
  }
  return true;
}

Bindings PathTemplate::Bind(absl::Span<const std::string> parts) const {
  // What lies behind `**` is shifted by the segments that it took beyond its own one.
  const size_t shift = parts.size() - segments_.size();
  Bindings bindings;
  for (const Variable& variable : variables_) {
    const size_t begin = variable.begin + (variable.begin > many_ ? shift : 0);
    const size_t end = variable.end + (variable.end > many_ ? shift : 0);
    bindings.emplace_back(variable.name, absl::StrJoin(parts.subspan(begin, end - begin), "/"));
  }
  return bindings;
}

}  // namespace relayfleet::http
