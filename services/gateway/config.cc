// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/config.h"

#include <utility>

#include "absl/flags/flag.h"
#include "libs/base/flag_env.h"
#include "services/gateway/api_config.h"

ABSL_FLAG(std::string, ingest, "127.0.0.1:50051", "HOST:PORT of the ingest service.");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9600", "Where /metrics and /readyz are served.");

namespace relayfleet::gateway {
namespace {

constexpr base::Program kProgram = {
    .name = "relayfleet gateway",
    .about = "What users reach: the robot relay API (REST), the native API as REST and as gRPC."};
constexpr base::EnvAlias kAliases[] = {{"RELAY_SERVICE_PORT", "robot_relay_port"}};

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(kProgram, argc, argv, kAliases);
  if (!rest.ok()) return rest.status();
  Config config;
  auto gateway = ApiConfig();
  if (!gateway.ok()) return gateway.status();
  auto metrics = common::ParseEndpoint("metrics_listen", absl::GetFlag(FLAGS_metrics_listen));
  if (!metrics.ok()) return metrics.status();
  auto log = common::LogConfig();
  if (!log.ok()) return log.status();
  config.gateway = *std::move(gateway);
  config.metrics = *std::move(metrics);
  config.log = *std::move(log);
  config.ingest = absl::GetFlag(FLAGS_ingest);
  return config;
}

}  // namespace relayfleet::gateway
