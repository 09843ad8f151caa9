// SPDX-License-Identifier: Apache-2.0

#include "services/publish/config.h"

#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "libs/base/flag_env.h"
#include "libs/base/secret_url.h"
#include "services/common/policy_config.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50053", "Where PublishService is served (gRPC).");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9603", "Where /metrics and /readyz are served.");
ABSL_FLAG(std::string, mediamtx_rtsp, "127.0.0.1:8554",
          "MediaMTX to publish to, as HOST:PORT or rtsp://[USER:PASSWORD@]HOST:PORT. With a "
          "password set MEDIAMTX_RTSP instead: everybody on the machine can read command lines.");
ABSL_FLAG(std::string, mediamtx_api, "http://127.0.0.1:9997",
          "Its control API, which tells of readers, as http://[USER:PASSWORD@]HOST:PORT; with a "
          "password set MEDIAMTX_API instead. Empty: none.");
ABSL_FLAG(
    std::string, notify_listen, "",
    "Loopback ADDRESS:PORT (UDP) that its runOnRead hook tells of readers. Empty: the control "
    "API is polled.");

namespace relayfleet::publish {
namespace {

constexpr base::Program kProgram = {
    .name = "relayfleet publish",
    .about = "Publishes streams to MediaMTX by RTSP and keeps them there."};
constexpr base::EnvAlias kAliases[] = {{"MEDIAMTX_HOST", "mediamtx_rtsp"}};

absl::StatusOr<Publish::Options> PublishConfig() {
  Publish::Options options{.instance = common::HostName()};
  auto server = ParseMediaServer(absl::GetFlag(FLAGS_mediamtx_rtsp));
  if (!server.ok()) return base::BadSetting("mediamtx_rtsp", server.status().message());
  options.server = *std::move(server);
  options.server.own = true;
  if (const std::string text = absl::GetFlag(FLAGS_mediamtx_api); !text.empty()) {
    auto api = base::SecretUrl::Parse(text);
    if (!api.ok()) return base::BadSetting("mediamtx_api", api.status().message());
    options.api_url = *std::move(api);
  }
  auto policy = common::PolicyConfig();
  if (!policy.ok()) return policy.status();
  options.url_policy = *std::move(policy);
  const std::string notify = absl::GetFlag(FLAGS_notify_listen);
  if (notify.empty()) return options;
  const auto endpoint = common::ParseEndpoint("notify_listen", notify);
  if (!endpoint.ok()) return endpoint.status();
  options.notifier = {.host = endpoint->host, .port = static_cast<uint16_t>(endpoint->port)};
  return options;
}

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(kProgram, argc, argv, kAliases);
  if (!rest.ok()) return rest.status();
  auto stage = common::ReadStageConfig(absl::GetFlag(FLAGS_listen),
                                       absl::GetFlag(FLAGS_metrics_listen), "publish.log");
  if (!stage.ok()) return stage.status();
  auto publish = PublishConfig();
  if (!publish.ok()) return publish.status();
  return Config{*std::move(stage), *std::move(publish)};
}

}  // namespace relayfleet::publish
