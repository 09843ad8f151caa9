// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/exchange.h"

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relayfleet::conformance {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

// Replaces "<name:argument>" in `text` by what `replace(argument)` makes of it.
template <typename Replace>
std::string Expand(absl::string_view text, absl::string_view name, Replace replace) {
  const std::string open = absl::StrCat("<", name, ":");
  std::string out;
  for (size_t at = text.find(open); at != absl::string_view::npos; at = text.find(open)) {
    const size_t end = text.find('>', at);
    if (end == absl::string_view::npos) break;
    absl::StrAppend(&out, text.substr(0, at),
                    replace(text.substr(at + open.size(), end - at - open.size())));
    text.remove_prefix(end + 1);
  }
  return absl::StrCat(out, text);
}

// "<repeat:x 1000>".
std::string Repeat(absl::string_view argument) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(argument, ' ');
  int count = 0;
  std::string out;
  if (!absl::SimpleAtoi(parts.second, &count)) return "";
  for (int i = 0; i < count; ++i) out += parts.first;
  return out;
}

// "<hex:ffd8>".
std::string Hex(absl::string_view argument) { return absl::HexStringToBytes(argument); }

std::string ExpandBytes(const std::string& text) {
  return Expand(Expand(text, "repeat", Repeat), "hex", Hex);
}

// The lines of a message from `from` on: "Name: value" until an empty line, then the body.
std::pair<Exchange::Headers, std::string> ReadMessage(const Lines& lines, size_t from) {
  Exchange::Headers headers;
  for (; from < lines.size() && !lines[from].empty(); ++from) {
    headers.push_back(absl::StrSplit(lines[from], absl::MaxSplits(": ", 1)));
  }
  const size_t body = std::min(from + 1, lines.size());
  return {headers, absl::StrJoin(lines.begin() + static_cast<ptrdiff_t>(body), lines.end(), "\n")};
}

Lines LinesOf(absl::string_view text) {
  return absl::StrSplit(absl::StripTrailingAsciiWhitespace(text), '\n');
}

absl::Status ReadTitle(absl::string_view line, Exchange* exchange) {
  const std::vector<std::string> parts = absl::StrSplit(line, " @");
  exchange->title = parts[0];
  if (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &exchange->at_once)) {
    return absl::InvalidArgumentError(absl::StrCat("no count: ", line));
  }
  return absl::OkStatus();
}

absl::StatusOr<Exchange> ReadExchange(absl::string_view text, KeyForm form) {
  const std::vector<std::string> halves = absl::StrSplit(text, "\n---\n");
  if (halves.size() != 2) {
    return absl::InvalidArgumentError(absl::StrCat("not one request and one answer: ", text));
  }
  const Lines request = LinesOf(halves[0]);
  const Lines answer = LinesOf(halves[1]);
  Exchange exchange;
  const absl::Status title = ReadTitle(request[0], &exchange);
  if (!title.ok()) return title;
  const std::vector<std::string> first =
      absl::StrSplit(request.size() < 2 ? "" : request[1], absl::MaxSplits(' ', 1));
  if (first.size() != 2 || !absl::SimpleAtoi(answer[0], &exchange.status)) {
    return absl::InvalidArgumentError(absl::StrCat("no request line or status: ", text));
  }
  exchange.method = first[0];
  exchange.target = ExpandBytes(Expand(first[1], "key", [form](absl::string_view key) {
    return form == KeyForm::kRaw ? std::string(key) : absl::StrReplaceAll(key, {{"/", "%2F"}});
  }));
  std::tie(exchange.headers, exchange.body) = ReadMessage(request, 2);
  exchange.body = ExpandBytes(exchange.body);
  std::tie(exchange.expected_headers, exchange.expected_body) = ReadMessage(answer, 1);
  return exchange;
}

bool Matches(const json& expected, const json& actual) {
  if (expected == "<text>") return actual.is_string() && !actual.get<std::string>().empty();
  if (expected == "<number>") return actual.is_number();
  if (expected.is_object() && actual.is_object() && expected.size() == actual.size()) {
    for (const auto& [key, value] : expected.items()) {
      if (!actual.contains(key) || !Matches(value, actual[key])) return false;
    }
    return true;
  }
  return expected == actual;
}

}  // namespace

absl::StatusOr<std::vector<Exchange>> ParseExchanges(absl::string_view text, KeyForm form) {
  std::vector<Exchange> exchanges;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, "=== ");
  // What stands before the first title is a comment.
  for (size_t i = 1; i < parts.size(); ++i) {
    absl::StatusOr<Exchange> exchange = ReadExchange(parts[i], form);
    if (!exchange.ok()) return exchange.status();
    exchanges.push_back(*std::move(exchange));
  }
  if (exchanges.empty()) return absl::InvalidArgumentError("no exchanges");
  return exchanges;
}

std::string CompareBody(const std::string& expected, const std::string& actual) {
  if (expected.empty() || actual.empty()) {
    return expected == actual ? ""
                              : absl::StrCat("expected \"", expected, "\", got \"", actual, "\"");
  }
  const json want = json::parse(expected, nullptr, /*allow_exceptions=*/false);
  const json got = json::parse(actual, nullptr, /*allow_exceptions=*/false);
  if (!want.is_discarded() && !got.is_discarded() && Matches(want, got)) return "";
  return absl::StrCat("expected ", expected, "\ngot      ", actual);
}

}  // namespace relayfleet::conformance
