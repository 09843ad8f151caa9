// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/relay_options.h"

namespace relayfleet::relayctl {

void RelayOptions::Declare(Options& options) {
  options.Number("fps", "N", "repeats of the last picture per second of silence (5)", 1, 60, &fps);
  options.Number("max_fps", "N", "pushed pictures published per second at most (30)", 1, 60,
                 &max_fps);
  options.Number("width", "PIXELS", "width of the stream (1280)", 16, 4096, &width);
  options.Number("height", "PIXELS", "height of the stream (720)", 16, 4096, &height);
  options.Number("bitrate", "KBPS", "bit rate of the stream in kbit/s (2000)", 64, 50000,
                 &bitrate_kbps);
  options.Text(
      "mediamtx", "URL",
      "another MediaMTX than the fleet's own; with a password better in RELAYFLEET_MEDIAMTX",
      &mediamtx);
  options.Text("path", "PATH", "path on the MediaMTX (the key)", &path);
}

relay::v1::CreateRelayRequest RelayOptions::ToRequest(absl::string_view key) const {
  relay::v1::CreateRelayRequest request;
  request.set_key(std::string(key));
  relay::v1::RelaySpec& spec = *request.mutable_spec();
  spec.mutable_frames()->set_fps(fps);
  spec.mutable_frames()->set_max_fps(max_fps);
  if (width != 0) spec.mutable_output()->set_width(width);
  if (height != 0) spec.mutable_output()->set_height(height);
  if (bitrate_kbps != 0) spec.mutable_output()->set_bitrate_kbps(bitrate_kbps);
  if (!mediamtx.empty()) spec.mutable_mediamtx()->set_url(mediamtx);
  if (!path.empty()) spec.mutable_mediamtx()->set_path(path);
  return request;
}

}  // namespace relayfleet::relayctl
