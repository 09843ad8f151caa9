// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/config.h"

#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_split.h"
#include "libs/base/errors.h"
#include "libs/base/flag_env.h"
#include "libs/base/limits.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50051", "Where RelayService is served (gRPC).");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9601", "Where /metrics and /readyz are served.");
ABSL_FLAG(std::string, transcode, "127.0.0.1:50052", "HOST:PORT of the transcode service.");
ABSL_FLAG(std::string, publish, "127.0.0.1:50053", "HOST:PORT of the publish service.");
ABSL_FLAG(std::string, state_dir, "/var/lib/relayfleet", "Folder that keeps the relays.");
ABSL_FLAG(int, relay_fps, 5,
          "Rate at which a silent relay's last picture is repeated, per second, 1 to 60.");
ABSL_FLAG(std::vector<std::string>, target_allow, {},
          "Networks that callers may name as MediaMTX, as 10.0.0.0/8. Empty: any.");
ABSL_FLAG(std::vector<std::string>, target_deny, {},
          "Networks that callers may not name as MediaMTX.");

namespace relayfleet::ingest {
absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(argc, argv);
  if (!rest.ok()) return rest.status();
  Config config;
  auto listen = common::ParseEndpoint("listen", absl::GetFlag(FLAGS_listen));
  if (!listen.ok()) return listen.status();
  auto metrics = common::ParseEndpoint("metrics_listen", absl::GetFlag(FLAGS_metrics_listen));
  if (!metrics.ok()) return metrics.status();
  auto log = common::LogConfig();
  if (!log.ok()) return log.status();
  auto policy = base::UrlPolicy::Create(
      {.allow = absl::GetFlag(FLAGS_target_allow), .deny = absl::GetFlag(FLAGS_target_deny)});
  if (!policy.ok()) return base::BadSetting("target_allow/target_deny", policy.status().message());
  const int fps = absl::GetFlag(FLAGS_relay_fps);
  if (fps < 1 || fps > base::kMaxFps) return base::BadSetting("relay_fps", "must be 1 to 60");
  config.listen = *std::move(listen);
  config.metrics = *std::move(metrics);
  config.log = *std::move(log);
  config.transcode = absl::GetFlag(FLAGS_transcode);
  config.publish = absl::GetFlag(FLAGS_publish);
  config.ingest.state_dir = absl::GetFlag(FLAGS_state_dir);
  config.ingest.relays = {.instance_id = common::HostName(),
                          .endpoint = config.listen.ToString(),
                          .defaults = {.fill_fps = fps},
                          .url_policy = *std::move(policy)};
  return config;
}

}  // namespace relayfleet::ingest
