// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/config.h"

#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "libs/base/flag_env.h"
#include "services/transcode/encoder_config.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50052", "Where TranscodeService is served (gRPC).");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9602", "Where /metrics and /readyz are served.");
ABSL_FLAG(int, codec_threads, 0, "Threads that decode and encode. 0: one per core.");
ABSL_FLAG(int, max_sessions, 200, "Sessions at once; further ones are refused.");

namespace relayfleet::transcode {
namespace {

constexpr base::Program kProgram = {.name = "relayfleet transcode",
                                    .about = "Decodes pictures and encodes them as H.264."};

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(kProgram, argc, argv);
  if (!rest.ok()) return rest.status();
  auto stage = common::ReadStageConfig(absl::GetFlag(FLAGS_listen),
                                       absl::GetFlag(FLAGS_metrics_listen), "transcode.log");
  if (!stage.ok()) return stage.status();
  auto encoders = EncoderConfig();
  if (!encoders.ok()) return encoders.status();
  const int threads = absl::GetFlag(FLAGS_codec_threads);
  if (threads < 0 || threads > 1024) return base::BadSetting("codec_threads", "must be 0 to 1024");
  const int sessions = absl::GetFlag(FLAGS_max_sessions);
  if (sessions < 1) return base::BadSetting("max_sessions", "must be at least 1");
  return Config{*std::move(stage),
                {.stage = {.instance = common::HostName(), .max_sessions = sessions},
                 .encoders = *std::move(encoders),
                 .codec_threads = threads}};
}

}  // namespace relayfleet::transcode
