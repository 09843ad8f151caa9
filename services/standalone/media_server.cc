// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/media_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "services/common/config.h"
#include "services/standalone/ports.h"

namespace relayfleet::standalone {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(15);
constexpr char kLoopback[] = "127.0.0.1";

// What users reach may be left out when the standard port is taken.
enum class Need { kMust, kMay };

struct Wish {
  const char* what;
  int asked;
  uint16_t* port;  // holds the standard one
  Transport transport;
  std::string host;
  Need need;
};

}  // namespace

LocalMediaServer::LocalMediaServer(const Options& options,
                                   std::shared_ptr<const telemetry::Logger> log)
    : options_(options), log_(std::move(log)) {
  config_.listen = options.listen;
  config_.notifier = options.notifier;
}

absl::StatusOr<std::unique_ptr<LocalMediaServer>> LocalMediaServer::Create(
    const Options& options, std::shared_ptr<const telemetry::Logger> log) {
  if (options.binary.empty()) {
    return base::BadSetting("mediamtx_bin",
                            "name the MediaMTX program, or a running one by MEDIAMTX_HOST");
  }
  std::unique_ptr<LocalMediaServer> server(new LocalMediaServer(options, std::move(log)));
  if (absl::Status status = server->SettlePorts(); !status.ok()) return status;
  return server;
}

absl::Status LocalMediaServer::SettlePorts() {
  const std::string& user = options_.listen;
  const Wish wishes[] = {
      {"RTSP", options_.rtsp_port, &config_.rtsp_port, Transport::kTcp, user, Need::kMust},
      {"RTP", options_.rtp_port, &config_.rtp_port, Transport::kUdp, user, Need::kMay},
      {"HLS", options_.hls_port, &config_.hls_port, Transport::kTcp, user, Need::kMay},
      {"WebRTC", options_.webrtc_port, &config_.webrtc_port, Transport::kTcp, user, Need::kMay},
      {"WebRTC media", options_.webrtc_media_port, &config_.webrtc_media_port, Transport::kUdp,
       user, Need::kMay},
      {"control API", options_.api_port, &config_.api_port, Transport::kTcp, kLoopback,
       Need::kMust},
      {"metrics", options_.metrics_port, &config_.metrics_port, Transport::kTcp, kLoopback,
       Need::kMust},
  };
  for (const Wish& wish : wishes) {
    if (wish.asked == 0) {
      // RTCP would need the next one too, and nobody who wants any port needs UDP.
      *wish.port = wish.port == &config_.rtp_port ? 0 : FreePort(wish.host);
      continue;
    }
    if (wish.asked > 0) *wish.port = static_cast<uint16_t>(wish.asked);
    if (!own_config() || PortIsFree(wish.host, *wish.port, wish.transport)) continue;
    const std::string what = absl::StrCat(wish.what, " port ", *wish.port, " is taken");
    if (wish.need == Need::kMust || wish.asked > 0) {
      return base::CannotListen(
          common::Endpoint{wish.host, *wish.port}.ToString(),
          absl::StrCat(what,
                       "; if that is your MediaMTX, name it: MEDIAMTX_HOST=", rtsp_address()));
    }
    log_->Warning(absl::StrCat("MediaMTX goes without ", wish.what), {{"error", what}});
    *wish.port = 0;
    if (config_.webrtc_media_port == 0) config_.webrtc_port = 0;  // no use without media
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> LocalMediaServer::ConfigFile(uint16_t notify_port) {
  if (!own_config()) return options_.config_file;
  config_.notify_port = notify_port;
  const auto config = mediamtx::MakeConfig(config_);
  if (!config.ok()) return config.status();
  std::string file = absl::StrCat(options_.run_dir, "/mediamtx.yml");
  if (absl::Status status = mediamtx::WriteConfig(*config, file); !status.ok()) return status;
  return file;
}

absl::Status LocalMediaServer::Start(uint16_t notify_port, std::function<void()> on_up,
                                     std::function<void()> on_died) {
  auto file = ConfigFile(notify_port);
  if (!file.ok()) return file.status();
  auto child = mediamtx::Child::Start(
      {.binary = options_.binary,
       .args = {*std::move(file)},
       .ready_host = host(),
       .ready_port = config_.rtsp_port,
       .on_line = [log =
                       log_](absl::string_view line) { log->Debug(line, {{"from", "mediamtx"}}); },
       .on_up =
           [log = log_, on_up = std::move(on_up)] {
             log->Info("MediaMTX is up");
             on_up();
           },
       .on_down =
           [log = log_, on_died = std::move(on_died)](absl::string_view how) {
             log->Warning("MediaMTX died; it is started again", {{"error", how}});
             on_died();
           }});
  if (!child.ok()) return child.status();
  child_ = *std::move(child);
  return child_->WaitUp(kStartTimeout);
}

void LocalMediaServer::Stop() {
  if (child_ != nullptr) child_->Stop();
}

std::string LocalMediaServer::host() const {
  const bool any = options_.listen == "0.0.0.0" || options_.listen == "::";
  return any ? kLoopback : options_.listen;
}

std::string LocalMediaServer::rtsp_address() const {
  return common::Endpoint{host(), config_.rtsp_port}.ToString();
}

base::SecretUrl LocalMediaServer::api_url() const {
  return *base::SecretUrl::Parse(absl::StrCat("http://", kLoopback, ":", config_.api_port));
}

}  // namespace relayfleet::standalone
