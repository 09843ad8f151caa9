// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/config.h"

#include <utility>

#include "absl/flags/flag.h"
#include "libs/base/flag_env.h"
#include "services/ingest/relay_config.h"
#include "services/ingest/source_config.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50051", "Where RelayService is served (gRPC).");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9601", "Where /metrics and /readyz are served.");
ABSL_FLAG(std::string, transcode, "127.0.0.1:50052", "HOST:PORT of the transcode service.");
ABSL_FLAG(std::string, publish, "127.0.0.1:50053", "HOST:PORT of the publish service.");
ABSL_FLAG(std::string, state_dir, "/var/lib/relayfleet", "Folder that keeps the relays.");

namespace relayfleet::ingest {
namespace {

constexpr base::Program kProgram = {
    .name = "relayfleet ingest",
    .about =
        "Keeps the relays, takes their pictures and leads them through transcode and publish."};

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(kProgram, argc, argv);
  if (!rest.ok()) return rest.status();
  auto stage = common::ReadStageConfig(absl::GetFlag(FLAGS_listen),
                                       absl::GetFlag(FLAGS_metrics_listen), "ingest.log");
  if (!stage.ok()) return stage.status();
  auto sources = SourceConfig();
  if (!sources.ok()) return sources.status();
  auto relays = RelayConfig(sources->policy);
  if (!relays.ok()) return relays.status();
  relays->endpoint = stage->listen.ToString();
  return Config{*std::move(stage), absl::GetFlag(FLAGS_transcode), absl::GetFlag(FLAGS_publish),
                Ingest::Options{.relays = *std::move(relays),
                                .sources = *std::move(sources),
                                .state_dir = absl::GetFlag(FLAGS_state_dir)}};
}

}  // namespace relayfleet::ingest
