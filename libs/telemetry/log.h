// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_LOG_H_
#define RELAYFLEET_LIBS_TELEMETRY_LOG_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/clock.h"
#include "libs/telemetry/log_field.h"

namespace relayfleet::telemetry {

// "debug", "info", "warning", "error"; "text", "json". For config.cc.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text);
absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view text);

using LogFields = std::initializer_list<LogField>;

// Takes finished lines, without line end. Any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(LogLevel level, std::string line) = 0;
};

// Writes log lines, in local time (TZ):
//   2026-01-31T12:00:00.000+00:00 INFO relay started relay=robot-a/camera request=8d3e…
//   {"time":"2026-01-31T12:00:00.000+00:00","level":"info","message":"relay started","relay":…}
// Whatever message and values hold, it stays one line with these fields: nothing can be forged.
// Passed to who logs, never global. Thread-safe; never waits for terminal or disk.
class Logger {
 public:
  // `clock` must live as long as `sink`. Without a sink all lines are dropped.
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
