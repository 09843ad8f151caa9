// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_LOG_FIELD_H_
#define RELAYFLEET_LIBS_TELEMETRY_LOG_FIELD_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace relayfleet::telemetry {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

// A named value of a log line: {"relay", key}. The name is a word of the program's, never of a
// caller's; known ones: relay, request, session, peer, error.
class LogField {
 public:
  using Value = std::variant<std::string, int64_t, double, bool>;

  LogField(absl::string_view name, absl::string_view value) : name_(name), value_(Text(value)) {}
  LogField(absl::string_view name, const char* value) : name_(name), value_(std::string(value)) {}
  LogField(absl::string_view name, const std::string& value) : name_(name), value_(value) {}
  LogField(absl::string_view name, bool value) : name_(name), value_(value) {}
  LogField(absl::string_view name, int value) : name_(name), value_(int64_t{value}) {}
  LogField(absl::string_view name, int64_t value) : name_(name), value_(value) {}
  LogField(absl::string_view name, uint32_t value) : name_(name), value_(int64_t{value}) {}
  LogField(absl::string_view name, uint64_t value)
      : name_(name), value_(static_cast<int64_t>(value)) {}
  LogField(absl::string_view name, double value) : name_(name), value_(value) {}
  LogField(absl::string_view name, absl::Duration value)
      : name_(name), value_(absl::FormatDuration(value)) {}
  LogField(absl::string_view name, const absl::Status& value)
      : name_(name), value_(value.ToString(absl::StatusToStringMode::kDefault)) {}

  const std::string& name() const { return name_; }
  const Value& value() const { return value_; }

 private:
  static std::string Text(absl::string_view text) { return std::string(text); }

  std::string name_;
  Value value_;
};

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_LOG_FIELD_H_
