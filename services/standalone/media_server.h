// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_STANDALONE_MEDIA_SERVER_H_
#define RELAYFLEET_SERVICES_STANDALONE_MEDIA_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/secret_url.h"
#include "libs/mediamtx/child.h"
#include "libs/mediamtx/config.h"
#include "libs/telemetry/log.h"

namespace relayfleet::standalone {

// The MediaMTX that standalone runs beside itself when none is named: its ports, its
// configuration, its process.
class LocalMediaServer {
 public:
  struct Options {
    std::string binary;       // of MediaMTX
    std::string config_file;  // the user's own; empty: ours, written below `run_dir`
    std::string run_dir;
    // Ports of -1: the standard one, left out with a warning when it is taken (RTSP, API and
    // metrics: an error); 0: a free one.
    int rtsp_port = -1;
    int rtp_port = -1;
    int hls_port = -1;
    int webrtc_port = -1;
    int webrtc_media_port = -1;
    int api_port = -1;
    int metrics_port = -1;
    std::string listen = "127.0.0.1";
    std::string notifier;  // program that tells publish of readers
  };

  // Settles the ports. FAILED_PRECONDITION names a port that is taken and says what to do.
  static absl::StatusOr<std::unique_ptr<LocalMediaServer>> Create(
      const Options& options, std::shared_ptr<const telemetry::Logger> log);

  // Starts the process and waits until it listens. Its hook tells UDP port `notify_port` of
  // readers; `on_up` is called each time it comes up, `on_died` each time it died and is started
  // again, both on a thread of their own.
  absl::Status Start(uint16_t notify_port, std::function<void()> on_up,
                     std::function<void()> on_died);
  // Ends it; blocks until it is gone.
  void Stop();

  // Where publish reaches it.
  std::string host() const;
  std::string rtsp_address() const;
  base::SecretUrl api_url() const;
  // With a configuration of the user's own only rtsp_port is known to be right.
  const mediamtx::ConfigOptions& ports() const { return config_; }
  bool own_config() const { return options_.config_file.empty(); }
  // Its hook is ours: no need to ask it who reads.
  bool tells_of_readers() const { return own_config() && !options_.notifier.empty(); }

 private:
  LocalMediaServer(const Options& options, std::shared_ptr<const telemetry::Logger> log);

  absl::Status SettlePorts();
  absl::StatusOr<std::string> ConfigFile(uint16_t notify_port);

  const Options options_;
  const std::shared_ptr<const telemetry::Logger> log_;
  mediamtx::ConfigOptions config_;
  std::unique_ptr<mediamtx::Child> child_;
};

}  // namespace relayfleet::standalone

#endif  // RELAYFLEET_SERVICES_STANDALONE_MEDIA_SERVER_H_
