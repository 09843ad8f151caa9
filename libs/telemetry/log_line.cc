// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/log_line.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::telemetry {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3S%Ez", time, absl::LocalTimeZone());
}

const char* TextLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARN";
    case LogLevel::kError:
      break;
  }
  return "ERROR";
}

const char* JsonLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

// Only what can't be taken for a field or a line of its own goes unquoted.
std::string Word(absl::string_view text, bool spaces) {
  const auto plain = [&](char c) {
    return (absl::ascii_isgraph(static_cast<unsigned char>(c)) || (spaces && c == ' ')) &&
           !absl::StrContains("\"\\=", c);
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

void AppendText(const LogField& field, std::string* line) {
  absl::StrAppend(line, " ", field.name(), "=");
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          absl::StrAppend(line, Word(value, false));
        } else if constexpr (std::is_same_v<T, bool>) {
          absl::StrAppend(line, value ? "true" : "false");
        } else {
          absl::StrAppend(line, value);
        }
      },
      field.value());
}

std::string TextLine(LogLevel level, absl::Time time, absl::string_view message,
                     absl::Span<const LogField> context, absl::Span<const LogField> fields) {
  std::string line = absl::StrCat(TimeText(time), " ", TextLevel(level), " ", Word(message, true));
  for (const LogField& field : context) AppendText(field, &line);
  for (const LogField& field : fields) AppendText(field, &line);
  return line;
}

std::string JsonLine(LogLevel level, absl::Time time, absl::string_view message,
                     absl::Span<const LogField> context, absl::Span<const LogField> fields) {
  using Json = nlohmann::ordered_json;
  Json line = {
      {"time", TimeText(time)}, {"level", JsonLevel(level)}, {"message", std::string(message)}};
  for (const auto& list : {context, fields}) {
    for (const LogField& field : list) {
      std::visit([&](const auto& value) { line[field.name()] = value; }, field.value());
    }
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string FormatLogLine(LogFormat format, LogLevel level, absl::Time time,
                          absl::string_view message, absl::Span<const LogField> context,
                          absl::Span<const LogField> fields) {
  return format == LogFormat::kJson ? JsonLine(level, time, message, context, fields)
                                    : TextLine(level, time, message, context, fields);
}

}  // namespace relayfleet::telemetry
