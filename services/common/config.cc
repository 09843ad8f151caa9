// SPDX-License-Identifier: Apache-2.0

#include "services/common/config.h"

#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/errors.h"

ABSL_FLAG(std::string, log_format, "text", "Log lines as \"text\" or \"json\".");
ABSL_FLAG(std::string, log_level, "info", "Lowest level logged: debug, info, warning, error.");
ABSL_FLAG(std::string, log_dir, "",
          "Folder that also gets the log, rotated at 10 MiB: relay_service.log of gateway and "
          "standalone, SERVICE.log of the others. Empty: none.");

namespace relayfleet::common {

absl::StatusOr<telemetry::LogOptions> LogConfig() {
  const auto format = telemetry::ParseLogFormat(absl::GetFlag(FLAGS_log_format));
  if (!format.ok()) return base::BadSetting("log_format", format.status().message());
  const auto level = telemetry::ParseLogLevel(absl::GetFlag(FLAGS_log_level));
  if (!level.ok()) return base::BadSetting("log_level", level.status().message());
  return telemetry::LogOptions{
      .format = *format, .level = *level, .dir = absl::GetFlag(FLAGS_log_dir)};
}

std::string Endpoint::ToString() const {
  const bool v6 = host.find(':') != std::string::npos;
  return v6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view flag, absl::string_view text) {
  const size_t colon = text.rfind(':');
  Endpoint endpoint;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &endpoint.port) || endpoint.port < 0 ||
      endpoint.port > 65535) {
    return base::BadSetting(flag, "must be HOST:PORT");
  }
  absl::string_view host = text.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[") && !absl::ConsumeSuffix(&host, "]")) {
    return base::BadSetting(flag, "misses a bracket");
  }
  boost::system::error_code error;
  endpoint.host = std::string(host);
  boost::asio::ip::make_address(endpoint.host, error);
  if (error) return base::BadSetting(flag, "the host must be an IP address");
  return endpoint;
}

absl::StatusOr<StageConfig> ReadStageConfig(absl::string_view listen,
                                            absl::string_view metrics_listen,
                                            absl::string_view log_file) {
  auto service = ParseEndpoint("listen", listen);
  if (!service.ok()) return service.status();
  auto metrics = ParseEndpoint("metrics_listen", metrics_listen);
  if (!metrics.ok()) return metrics.status();
  auto log = LogConfig();
  if (!log.ok()) return log.status();
  log->file_name = std::string(log_file);
  return StageConfig{*std::move(service), *std::move(metrics), *std::move(log)};
}

std::string HostName() {
  char name[256] = "relayfleet";
  gethostname(name, sizeof(name) - 1);
  return name;
}

}  // namespace relayfleet::common
