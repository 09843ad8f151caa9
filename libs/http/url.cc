// SPDX-License-Identifier: Apache-2.0

#include "libs/http/url.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace relayfleet::http {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Length of the UTF-8 sequence that `lead` begins and its least code point; {0, 0} for none.
std::pair<size_t, uint32_t> SequenceOf(unsigned char lead) {
  if (lead < 0x80) return {1, 0};
  if (lead >= 0xc2 && lead < 0xe0) return {2, 0x80};
  if (lead >= 0xe0 && lead < 0xf0) return {3, 0x800};
  if (lead >= 0xf0 && lead < 0xf5) return {4, 0x10000};
  return {0, 0};
}

// Decoded slashes are allowed, but what lies between them obeys the same rules as a segment: a
// key is one text, however its slashes were written.
absl::Status CheckSegment(absl::string_view segment) {
  if (std::any_of(segment.begin(), segment.end(), IsControl)) {
    return absl::InvalidArgumentError("the path holds a control character");
  }
  if (!IsUtf8(segment)) return absl::InvalidArgumentError("the path is not UTF-8");
  for (const absl::string_view piece : absl::StrSplit(segment, '/')) {
    if (piece.empty()) return absl::InvalidArgumentError("the path holds an empty segment");
    if (piece == "." || piece == "..") {
      return absl::InvalidArgumentError("the path holds a \".\" or \"..\" segment");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DecodeSegment(absl::string_view raw) {
  absl::StatusOr<std::string> decoded = PercentDecode(raw);
  if (!decoded.ok()) return decoded;
  const absl::Status checked = CheckSegment(*decoded);
  if (!checked.ok()) return checked;
  return decoded;
}

// Verbs are compared as they are, so only a well-formed one counts; else ':' is a letter of the
// segment.
absl::Status SplitVerb(absl::string_view last, SplitPath* path) {
  const size_t colon = last.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return absl::OkStatus();
  const absl::string_view verb = last.substr(colon + 1);
  if (verb.empty() || !std::all_of(verb.begin(), verb.end(), absl::ascii_isalnum)) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> rest = DecodeSegment(last.substr(0, colon));
  if (!rest.ok()) return rest.status();
  path->verb = std::string(verb);
  path->last_without_verb = *std::move(rest);
  return absl::OkStatus();
}

absl::StatusOr<std::string> DecodeParameter(absl::string_view text) {
  absl::StatusOr<std::string> decoded = PercentDecode(absl::StrReplaceAll(text, {{"+", " "}}));
  if (decoded.ok() && !IsUtf8(*decoded)) return absl::InvalidArgumentError("not UTF-8");
  return decoded;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto [length, least] = SequenceOf(lead);
    if (length == 0 || i + length > text.size()) return false;
    uint32_t point = length == 1 ? lead : lead & (0x7f >> length);
    for (size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xc0) != 0x80) return false;
      point = (point << 6) | (byte & 0x3f);
    }
    const bool surrogate = point >= 0xd800 && point < 0xe000;
    if (point < least || surrogate || point > 0x10ffff) return false;
    i += length;
  }
  return true;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const absl::string_view digits = text.substr(i + 1, 2);
    if (digits.size() != 2 || !absl::ascii_isxdigit(digits[0]) ||
        !absl::ascii_isxdigit(digits[1])) {
      return absl::InvalidArgumentError("broken percent-encoding");
    }
    out += absl::HexStringToBytes(digits);
    i += 2;
  }
  return out;
}

absl::StatusOr<Fields> ParseQuery(absl::string_view query) {
  Fields fields;
  for (const absl::string_view pair : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    absl::StatusOr<std::string> name = DecodeParameter(parts.first);
    absl::StatusOr<std::string> value = DecodeParameter(parts.second);
    if (!name.ok() || !value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the query can't be read: ", (name.ok() ? value : name).status().message()));
    }
    fields.emplace_back(*std::move(name), *std::move(value));
  }
  return fields;
}

absl::StatusOr<SplitPath> ParsePath(absl::string_view path) {
  if (path.empty() || path[0] != '/') {
    return absl::InvalidArgumentError("the path does not begin with a slash");
  }
  SplitPath split;
  if (path == "/") return split;
  const std::vector<absl::string_view> raw = absl::StrSplit(path.substr(1), '/');
  for (const absl::string_view segment : raw) {
    absl::StatusOr<std::string> decoded = DecodeSegment(segment);
    if (!decoded.ok()) return decoded.status();
    split.segments.push_back(*std::move(decoded));
  }
  const absl::Status verb = SplitVerb(raw.back(), &split);
  if (!verb.ok()) return verb;
  return split;
}

}  // namespace relayfleet::http
