// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/config.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "libs/base/errors.h"
#include "libs/base/flag_env.h"
#include "libs/base/limits.h"

ABSL_FLAG(std::string, listen, "127.0.0.1",
          "IP address that users reach: APIs and MediaMTX. 0.0.0.0: all interfaces.");
ABSL_FLAG(
    absl::optional<int>, robot_relay_port, absl::nullopt,
    "Port of the robot relay REST API; 5020 when not given, skipped if taken. 0: a free one.");
ABSL_FLAG(absl::optional<int>, rest_port, absl::nullopt,
          "Port of the native REST API; 8600 when not given, skipped if taken. 0: a free one.");
ABSL_FLAG(absl::optional<int>, grpc_port, absl::nullopt,
          "Port of the gRPC API; 50050 when not given, skipped if taken. 0: a free one.");
ABSL_FLAG(std::string, metrics_listen, "127.0.0.1:9600", "Where /metrics and /readyz are served.");
ABSL_FLAG(std::string, state_dir, "",
          "Folder that keeps the relays. Empty: relayfleet below $XDG_STATE_HOME or "
          "~/.local/state.");
ABSL_FLAG(int, relay_fps, 5,
          "Rate at which a silent relay's last picture is repeated, per second, 1 to 60.");
ABSL_FLAG(std::vector<std::string>, target_allow, {},
          "Networks that callers may name as MediaMTX, as 10.0.0.0/8. Empty: any.");
ABSL_FLAG(std::vector<std::string>, target_deny, {},
          "Networks that callers may not name as MediaMTX.");
ABSL_FLAG(std::string, mediamtx_rtsp, "",
          "A running MediaMTX as HOST:PORT or rtsp://[USER:PASSWORD@]HOST:PORT. Empty: one is "
          "started.");
ABSL_FLAG(std::string, mediamtx_api, "",
          "Control API of that MediaMTX as http://HOST:9997. Empty: it is taken to be off.");
ABSL_FLAG(std::string, mediamtx_bin, "", "The MediaMTX program to start.");
ABSL_FLAG(std::string, mediamtx_config, "",
          "Configuration file for it. Empty: one is made; else --mediamtx_rtsp_port and "
          "--mediamtx_api_port say what is in it.");
ABSL_FLAG(std::string, mediamtx_notifier, "",
          "Program that MediaMTX runs for each reader. Empty: the one beside this program.");
ABSL_FLAG(int, mediamtx_rtsp_port, -1, "RTSP port of the MediaMTX that is started. 0: a free one.");
ABSL_FLAG(int, mediamtx_rtp_port, -1, "Its RTP port (UDP, and the next one). 0: TCP only.");
ABSL_FLAG(int, mediamtx_hls_port, -1, "Its HLS port. 0: a free one.");
ABSL_FLAG(int, mediamtx_webrtc_port, -1, "Its WebRTC port. 0: a free one.");
ABSL_FLAG(int, mediamtx_webrtc_udp_port, -1, "Its WebRTC media port (UDP). 0: a free one.");
ABSL_FLAG(int, mediamtx_api_port, -1, "Its control API's port on loopback. 0: a free one.");
ABSL_FLAG(int, mediamtx_metrics_port, -1, "Its metrics port on loopback. 0: a free one.");

namespace relayfleet::standalone {
namespace {

namespace fs = std::filesystem;

constexpr base::EnvAlias kAliases[] = {
    {"RELAY_SERVICE_PORT", "robot_relay_port"},
    {"MEDIAMTX_HOST", "mediamtx_rtsp"},
};

gateway::Gateway::Port PortOf(const absl::optional<int>& asked, int standard) {
  return {.value = asked.value_or(standard), .is_explicit = asked.has_value()};
}

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
          .listen = absl::GetFlag(FLAGS_listen),
          .notifier = Notifier()};
}

absl::Status CheckFlags() {
  const int fps = absl::GetFlag(FLAGS_relay_fps);
  if (fps < 1 || fps > base::kMaxFps) return base::BadSetting("relay_fps", "must be 1 to 60");
  const auto address =
      common::ParseEndpoint("listen", absl::GetFlag(FLAGS_listen).find(':') == std::string::npos
                                          ? absl::GetFlag(FLAGS_listen) + ":0"
                                          : "[" + absl::GetFlag(FLAGS_listen) + "]:0");
  return address.ok() ? absl::OkStatus() : base::BadSetting("listen", "must be an IP address");
}

}  // namespace

absl::StatusOr<Config> ReadConfig(int argc, char** argv) {
  const auto rest = base::ParseFlags(argc, argv, kAliases);
  if (!rest.ok()) return rest.status();
  if (absl::Status status = CheckFlags(); !status.ok()) return status;
  auto metrics = common::ParseEndpoint("metrics_listen", absl::GetFlag(FLAGS_metrics_listen));
  if (!metrics.ok()) return metrics.status();
  auto log = common::LogConfig();
  if (!log.ok()) return log.status();
  auto policy = base::UrlPolicy::Create(
      {.allow = absl::GetFlag(FLAGS_target_allow), .deny = absl::GetFlag(FLAGS_target_deny)});
  if (!policy.ok()) return base::BadSetting("target_allow/target_deny", policy.status().message());

  Config config{.log = *std::move(log)};
  Fleet::Options& fleet = config.fleet;
  fleet.instance = common::HostName();
  fleet.state_dir = StateDir();
  fleet.fill_fps = absl::GetFlag(FLAGS_relay_fps);
  fleet.url_policy = *std::move(policy);
  fleet.metrics = *std::move(metrics);
  fleet.gateway.listen = absl::GetFlag(FLAGS_listen);
  fleet.gateway.robot_relay = PortOf(absl::GetFlag(FLAGS_robot_relay_port), 5020);
  fleet.gateway.rest = PortOf(absl::GetFlag(FLAGS_rest_port), 8600);
  fleet.gateway.grpc = PortOf(absl::GetFlag(FLAGS_grpc_port), 50050);
  fleet.mediamtx_rtsp = absl::GetFlag(FLAGS_mediamtx_rtsp);
  fleet.mediamtx_api = absl::GetFlag(FLAGS_mediamtx_api);
  fleet.media_server = MediaServerOptions();
  fleet.media_server.run_dir = fleet.state_dir;
  return config;
}

}  // namespace relayfleet::standalone
