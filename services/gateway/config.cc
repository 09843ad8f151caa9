// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/config.h"

#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/types/optional.h"
#include "libs/base/errors.h"
#include "libs/base/flag_env.h"

// Ports have no value unless the user gives one: then it must be had.
ABSL_FLAG(std::string, listen, "127.0.0.1", "Address of all ports that users reach.");
ABSL_FLAG(absl::optional<int>, robot_relay_port, absl::nullopt,
          "Port of the robot relay API (REST). Not set: 5020.");
ABSL_FLAG(absl::optional<int>, rest_port, absl::nullopt,
          "Port of the native API as REST, /healthz and /readyz. Not set: 8600.");
ABSL_FLAG(absl::optional<int>, grpc_port, absl::nullopt,
          "Port of the native API as gRPC. Not set: 50050.");
ABSL_FLAG(std::string, ingest, "127.0.0.1:50051", "HOST:PORT of the ingest service.");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9600", "Where /metrics and /readyz are served.");
ABSL_FLAG(std::vector<std::string>, target_allow, {},
          "Networks that callers may name in URLs, as 10.0.0.0/8. Empty: any.");
ABSL_FLAG(std::vector<std::string>, target_deny, {}, "Networks that callers may not name in URLs.");

namespace relayfleet::gateway {
namespace {

constexpr base::EnvAlias kAliases[] = {{"RELAY_SERVICE_PORT", "robot_relay_port"}};

absl::Status ReadPort(absl::string_view flag, const absl::optional<int>& value,
                      Gateway::Port* port) {
  if (!value.has_value()) return absl::OkStatus();
  if (*value < 0 || *value > 65535) return base::BadSetting(flag, "must be 0 to 65535");
  *port = {.value = *value, .is_explicit = true};
  return absl::OkStatus();
}

absl::Status ReadGateway(Gateway::Options* options) {
  options->listen = absl::GetFlag(FLAGS_listen);
  absl::Status status =
      ReadPort("robot_relay_port", absl::GetFlag(FLAGS_robot_relay_port), &options->robot_relay);
  status.Update(ReadPort("rest_port", absl::GetFlag(FLAGS_rest_port), &options->rest));
  status.Update(ReadPort("grpc_port", absl::GetFlag(FLAGS_grpc_port), &options->grpc));
  auto policy = base::UrlPolicy::Create(
      {.allow = absl::GetFlag(FLAGS_target_allow), .deny = absl::GetFlag(FLAGS_target_deny)});
  if (!policy.ok()) return base::BadSetting("target_allow/target_deny", policy.status().message());
  options->url_policy = *std::move(policy);
  return status;
}

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(argc, argv, kAliases);
  if (!rest.ok()) return rest.status();
  Config config;
  const absl::Status gateway = ReadGateway(&config.gateway);
  if (!gateway.ok()) return gateway;
  auto metrics = common::ParseEndpoint("metrics_listen", absl::GetFlag(FLAGS_metrics_listen));
  if (!metrics.ok()) return metrics.status();
  auto log = common::LogConfig();
  if (!log.ok()) return log.status();
  config.metrics = *std::move(metrics);
  config.log = *std::move(log);
  config.ingest = absl::GetFlag(FLAGS_ingest);
  return config;
}

}  // namespace relayfleet::gateway
