// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_LOG_LINE_H_
#define RELAYFLEET_LIBS_TELEMETRY_LOG_LINE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/telemetry/log_field.h"

namespace relayfleet::telemetry {

// One line of log.h, without line end. Text: message and values are quoted and escaped where they
// hold more than plain words. JSON: one object; what is no UTF-8 becomes U+FFFD.
std::string FormatLogLine(LogFormat format, LogLevel level, absl::Time time,
                          absl::string_view message, absl::Span<const LogField> context,
                          absl::Span<const LogField> fields);

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_LOG_LINE_H_
