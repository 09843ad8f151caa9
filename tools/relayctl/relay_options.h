// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_RELAY_OPTIONS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_RELAY_OPTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "tools/relayctl/options.h"

namespace relayfleet::relayctl {

// The options that say where a relay's video comes from; at most one source may be named, none
// means pushed pictures.
struct SourceOptions {
  std::string rtsp;
  std::string transport;
  std::string sdp;  // file
  int udp_port = 0;
  std::string codec;
  int payload_type = -1;
  std::string bind;
  std::string allow_from;  // networks with commas between
  bool annexb = false;
  std::string fifo;
  std::string file;
  std::string s3;
  bool loop = false;
  std::string url;
  int max_fps = 0;

  void Declare(Options& options);
  // Fills in everything but pushed pictures' `fps`. INVALID_ARGUMENT: two sources, an option of
  // another source, a file that can't be read.
  absl::Status Fill(relay::v1::RelaySpec* spec) const;
};

// The options that describe a relay to be; 0 and empty leave the choice to the server.
struct RelayOptions {
  SourceOptions source;
  int fps = 0;
  int width = 0;
  int height = 0;
  int bitrate_kbps = 0;
  absl::Duration gop;
  std::string mode, fit, profile, audio;
  std::string encoders;  // names with commas between
  absl::Duration stale_after, stall_after;
  std::string mediamtx;
  std::string path;

  void Declare(Options& options);
  absl::StatusOr<relay::v1::RelaySpec> ToSpec() const;
  absl::StatusOr<relay::v1::CreateRelayRequest> ToRequest(absl::string_view key) const;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_RELAY_OPTIONS_H_
