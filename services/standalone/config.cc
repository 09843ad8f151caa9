// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/config.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/flag_env.h"
#include "libs/base/secret_url.h"
#include "services/gateway/api_config.h"
#include "services/ingest/relay_config.h"
#include "services/ingest/source_config.h"
#include "services/publish/media_server.h"
#include "services/transcode/encoder_config.h"

ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9600", "Where /metrics and /readyz are served.");
ABSL_FLAG(std::string, state_dir, "",
          "Folder that keeps the relays. Empty: relayfleet below $XDG_STATE_HOME or "
          "~/.local/state.");
ABSL_FLAG(
    std::string, mediamtx_rtsp, "",
    "A running MediaMTX as HOST:PORT or rtsp://[USER:PASSWORD@]HOST:PORT. With a password set "
    "MEDIAMTX_RTSP instead: everybody on the machine can read command lines. Empty: one is "
    "started.");
ABSL_FLAG(std::string, mediamtx_api, "",
          "Control API of that MediaMTX as http://[USER:PASSWORD@]HOST:9997; with a password set "
          "MEDIAMTX_API instead. Empty: it is taken to be off.");
ABSL_FLAG(std::string, mediamtx_bin, "", "The MediaMTX program to start.");
ABSL_FLAG(std::string, mediamtx_config, "",
          "Configuration file of your own for it. Where its ports are not the standard ones, "
          "--mediamtx_rtsp_port and --mediamtx_api_port must say so. Empty: one is made.");
ABSL_FLAG(std::string, mediamtx_notifier, "",
          "Program that MediaMTX runs for each reader. Empty: the one beside this program.");
ABSL_FLAG(int, mediamtx_rtsp_port, -1,
          "RTSP port of the MediaMTX that is started. -1: 8554. 0: a free one.");
ABSL_FLAG(int, mediamtx_rtp_port, -1,
          "Its RTP port (UDP), RTCP has the next one. -1: 8000, left out if taken. 0: TCP only.");
ABSL_FLAG(int, mediamtx_hls_port, -1, "Its HLS port. -1: 8888, left out if taken. 0: a free one.");
ABSL_FLAG(int, mediamtx_webrtc_port, -1,
          "Its WebRTC port. -1: 8889, left out if taken. 0: a free one.");
ABSL_FLAG(int, mediamtx_webrtc_udp_port, -1,
          "Its WebRTC media port (UDP and TCP). -1: 8189; WebRTC is left out if it is taken. 0: a "
          "free one.");
ABSL_FLAG(int, mediamtx_api_port, -1,
          "Its control API's port on loopback. -1: 9997. 0: a free one.");
ABSL_FLAG(int, mediamtx_metrics_port, -1, "Its metrics port on loopback. -1: 9998. 0: a free one.");

namespace relayfleet::standalone {
namespace {

namespace fs = std::filesystem;

constexpr base::Program kProgram = {
    .name = "relayfleet standalone",
    .about = "The whole fleet in one process, with a MediaMTX beside it."};
constexpr base::EnvAlias kAliases[] = {
    {"RELAY_SERVICE_PORT", "robot_relay_port"},
    {"MEDIAMTX_HOST", "mediamtx_rtsp"},
};

std::string StateDir() {
  if (std::string dir = absl::GetFlag(FLAGS_state_dir); !dir.empty()) return dir;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != 0) {
    return absl::StrCat(state, "/relayfleet");
  }
  const char* home = std::getenv("HOME");
  return absl::StrCat(home == nullptr ? "" : home, "/.local/state/relayfleet");
}

// In an installation it lies beside this program, in a build tree where Bazel put it.
std::string Notifier() {
  if (std::string path = absl::GetFlag(FLAGS_mediamtx_notifier); !path.empty()) return path;
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& path :
       {here / "mediamtx_notifier", here / "../../libs/mediamtx/notifier/mediamtx_notifier"}) {
    if (fs::exists(path, error)) return fs::weakly_canonical(path, error).string();
  }
  return "";
}

LocalMediaServer::Options MediaServerOptions() {
  return {.binary = absl::GetFlag(FLAGS_mediamtx_bin),
          .config_file = absl::GetFlag(FLAGS_mediamtx_config),
          .rtsp_port = absl::GetFlag(FLAGS_mediamtx_rtsp_port),
          .rtp_port = absl::GetFlag(FLAGS_mediamtx_rtp_port),
          .hls_port = absl::GetFlag(FLAGS_mediamtx_hls_port),
          .webrtc_port = absl::GetFlag(FLAGS_mediamtx_webrtc_port),
          .webrtc_media_port = absl::GetFlag(FLAGS_mediamtx_webrtc_udp_port),
          .api_port = absl::GetFlag(FLAGS_mediamtx_api_port),
          .metrics_port = absl::GetFlag(FLAGS_mediamtx_metrics_port),
          .notifier = Notifier()};
}

absl::Status CheckMediaPorts(const LocalMediaServer::Options& options) {
  const std::pair<const char*, int> ports[] = {
      {"mediamtx_rtsp_port", options.rtsp_port},
      {"mediamtx_rtp_port", options.rtp_port},
      {"mediamtx_hls_port", options.hls_port},
      {"mediamtx_webrtc_port", options.webrtc_port},
      {"mediamtx_webrtc_udp_port", options.webrtc_media_port},
      {"mediamtx_api_port", options.api_port},
      {"mediamtx_metrics_port", options.metrics_port},
  };
  for (const auto& [flag, port] : ports) {
    if (port < -1 || port > 65535) return base::BadSetting(flag, "must be 0 to 65535");
  }
  return absl::OkStatus();
}

// The running MediaMTX and its control API, where they are named.
absl::Status NameMediaServer(Fleet::Options* fleet) {
  if (const std::string text = absl::GetFlag(FLAGS_mediamtx_rtsp); !text.empty()) {
    auto server = publish::ParseMediaServer(text);
    if (!server.ok()) return base::BadSetting("mediamtx_rtsp", server.status().message());
    fleet->mediamtx = *std::move(server);
  }
  if (const std::string text = absl::GetFlag(FLAGS_mediamtx_api); !text.empty()) {
    auto api = base::SecretUrl::Parse(text);
    if (!api.ok()) return base::BadSetting("mediamtx_api", api.status().message());
    fleet->mediamtx_api = *std::move(api);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(kProgram, argc, argv, kAliases);
  if (!rest.ok()) return rest.status();
  auto metrics = common::ParseEndpoint("metrics_listen", absl::GetFlag(FLAGS_metrics_listen));
  if (!metrics.ok()) return metrics.status();
  auto log = common::LogConfig();
  if (!log.ok()) return log.status();
  auto sources = ingest::SourceConfig();
  if (!sources.ok()) return sources.status();
  auto relays = ingest::RelayConfig(sources->policy);
  if (!relays.ok()) return relays.status();
  auto encoders = transcode::EncoderConfig();
  if (!encoders.ok()) return encoders.status();
  auto apis = gateway::ApiConfig();
  if (!apis.ok()) return apis.status();
  LocalMediaServer::Options media_server = MediaServerOptions();
  if (absl::Status status = CheckMediaPorts(media_server); !status.ok()) return status;
  media_server.listen = apis->listen;
  media_server.run_dir = StateDir();
  Fleet::Options fleet = {.ingest = {.relays = *std::move(relays),
                                     .sources = *std::move(sources),
                                     .state_dir = StateDir()},
                          .encoders = *std::move(encoders),
                          .gateway = *std::move(apis),
                          .metrics = *std::move(metrics),
                          .media_server = std::move(media_server)};
  if (absl::Status status = NameMediaServer(&fleet); !status.ok()) return status;
  auto systemd = telemetry::SystemdNotifier::ParseOptions(std::getenv("NOTIFY_SOCKET"),
                                                          std::getenv("WATCHDOG_USEC"));
  if (!systemd.ok()) return systemd.status();
  return Config{.fleet = std::move(fleet), .log = *std::move(log), .systemd = *std::move(systemd)};
}

}  // namespace relayfleet::standalone
