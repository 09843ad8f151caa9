// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/log.h"

#include <utility>

#include "libs/base/errors.h"
#include "libs/telemetry/log_line.h"

namespace relayfleet::telemetry {

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return base::BadSetting("log_level", "is one of debug, info, warning, error");
}

absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view text) {
  if (text == "text") return LogFormat::kText;
  if (text == "json") return LogFormat::kJson;
  return base::BadSetting("log_format", "is one of text, json");
}

Logger::Logger(std::shared_ptr<LogSink> sink, LogFormat format, LogLevel lowest,
               const base::Clock* clock, std::vector<LogField> context)
    : sink_(std::move(sink)),
      format_(format),
      lowest_(lowest),
      clock_(clock),
      context_(std::move(context)) {}

void Logger::Debug(absl::string_view message, LogFields fields) const {
  Write(LogLevel::kDebug, message, fields);
}
void Logger::Info(absl::string_view message, LogFields fields) const {
  Write(LogLevel::kInfo, message, fields);
}
void Logger::Warning(absl::string_view message, LogFields fields) const {
  Write(LogLevel::kWarning, message, fields);
}
void Logger::Error(absl::string_view message, LogFields fields) const {
  Write(LogLevel::kError, message, fields);
}

std::shared_ptr<const Logger> Logger::With(LogFields fields) const {
  std::vector<LogField> context = context_;
  context.insert(context.end(), fields.begin(), fields.end());
  return std::make_shared<const Logger>(sink_, format_, lowest_, clock_, std::move(context));
}

void Logger::Write(LogLevel level, absl::string_view message, LogFields fields) const {
  if (sink_ == nullptr || level < lowest_) return;
  sink_->Write(level, FormatLogLine(format_, level, clock_->Wall(), message, context_, fields));
}

std::shared_ptr<const Logger> NullLogger() {
  return std::make_shared<const Logger>(nullptr, LogFormat::kText, LogLevel::kError, nullptr);
}

}  // namespace relayfleet::telemetry
