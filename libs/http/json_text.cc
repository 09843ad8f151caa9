// SPDX-License-Identifier: Apache-2.0

#include "libs/http/json_text.h"

#include "absl/strings/str_format.h"
#include "libs/http/url.h"

namespace relayfleet::http {
namespace {

void AppendEscaped(unsigned char c, std::string* out) {
  constexpr absl::string_view kShort = "\"\\\n\r\t";
  constexpr absl::string_view kLetter = "\"\\nrt";
  const size_t found = kShort.find(static_cast<char>(c));
  if (found != absl::string_view::npos) {
    out->push_back('\\');
    out->push_back(kLetter[found]);
  } else if (c < 0x20 || c == 0x7f) {
    absl::StrAppendFormat(out, "\\u%04x", c);
  } else {
    out->push_back(static_cast<char>(c));
  }
}

}  // namespace

std::string JsonString(absl::string_view text) {
  const bool utf8 = IsUtf8(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    AppendEscaped(byte >= 0x80 && !utf8 ? '?' : byte, &out);
  }
  out.push_back('"');
  return out;
}

}  // namespace relayfleet::http
