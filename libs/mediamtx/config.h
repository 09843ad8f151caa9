// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_CONFIG_H_
#define RELAYFLEET_LIBS_MEDIAMTX_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::mediamtx {

// What the MediaMTX that we start is told. Port 0 turns a protocol off (not RTSP).
struct ConfigOptions {
  // Where readers and publishers come in: an IP address; "0.0.0.0" or "::" for all interfaces.
  std::string listen = "127.0.0.1";
  uint16_t rtsp_port = 8554;
  // UDP; RTCP takes the next one. 0: readers get TCP only.
  uint16_t rtp_port = 8000;
  uint16_t hls_port = 8888;
  uint16_t webrtc_port = 8889;
  // UDP and TCP, for WebRTC's media: without it no WebRTC either.
  uint16_t webrtc_media_port = 8189;
  // Always on loopback: MediaMTX asks no password there.
  uint16_t api_port = 9997;
  uint16_t metrics_port = 9998;
  // Run at each new reader as "NOTIFIER NOTIFY_PORT". Empty: nothing is.
  std::string notifier;
  uint16_t notify_port = 0;
};

// The configuration file for MediaMTX 1.20. Relay paths keep our sender reports' times
// (useAbsoluteTimestamp): packets before the first report are skipped by MediaMTX.
// INVALID_ARGUMENT: a notifier path that MediaMTX could not run ('$' and control characters), or
// `listen` is no IP address.
absl::StatusOr<std::string> MakeConfig(const ConfigOptions& options);

// Puts `config` into `file`, readable by the user alone, at once or not at all.
absl::Status WriteConfig(absl::string_view config, const std::string& file);

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_CONFIG_H_
