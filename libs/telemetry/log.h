// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_LOG_H_
#define RELAYFLEET_LIBS_TELEMETRY_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"

namespace relayfleet::telemetry {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

// "debug", "info", "warning", "error"; "text", "json". For config.cc.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text);
absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view text);

// A named value of a log line: {"relay", key}. Known names: relay, request, session, peer, error.
class LogField {
 public:
  using Value = std::variant<std::string, int64_t, double, bool>;

  LogField(absl::string_view name, absl::string_view value) : name_(name), value_(Text(value)) {}
  LogField(absl::string_view name, const char* value) : name_(name), value_(std::string(value)) {}
  LogField(absl::string_view name, const std::string& value) : name_(name), value_(value) {}
  LogField(absl::string_view name, bool value) : name_(name), value_(value) {}
  LogField(absl::string_view name, int value) : name_(name), value_(int64_t{value}) {}
  LogField(absl::string_view name, int64_t value) : name_(name), value_(value) {}
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

using LogFields = std::initializer_list<LogField>;

// Takes finished lines, without line end. Any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(LogLevel level, std::string line) = 0;
};

// Writes log lines:
//   2026-01-31T12:00:00.000Z INFO relay started relay=robot-a/camera request=8d3e…
//   {"time":"2026-01-31T12:00:00.000Z","level":"info","message":"relay started","relay":"robot-a…"}
// Whatever message and values hold, it stays one line with these fields: nothing can be forged.
// Passed to who logs, never global; its address is stable. Thread-safe; never waits for the disk.
class Logger {
 public:
  Logger(std::shared_ptr<LogSink> sink, LogFormat format, LogLevel lowest, const base::Clock* clock,
         std::vector<LogField> context = {});

  void Debug(absl::string_view message, LogFields fields = {}) const;
  void Info(absl::string_view message, LogFields fields = {}) const;
  void Warning(absl::string_view message, LogFields fields = {}) const;
  void Error(absl::string_view message, LogFields fields = {}) const;

  // A logger that adds `fields` to each line: of one relay or session.
  std::shared_ptr<const Logger> With(LogFields fields) const;

 private:
  void Write(LogLevel level, absl::string_view message, LogFields fields) const;

  const std::shared_ptr<LogSink> sink_;
  const LogFormat format_;
  const LogLevel lowest_;
  const base::Clock* const clock_;
  const std::vector<LogField> context_;
};

// Drops all lines: for who must have a logger and nobody listens.
std::shared_ptr<const Logger> NullLogger();

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_LOG_H_
