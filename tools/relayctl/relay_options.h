// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_RELAY_OPTIONS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_RELAY_OPTIONS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "tools/relayctl/options.h"

namespace relayfleet::relayctl {

// The options that describe a relay to be; 0 and empty leave the choice to the server.
struct RelayOptions {
  int fps = 0;
  int max_fps = 0;
  int width = 0;
  int height = 0;
  int bitrate_kbps = 0;
  std::string mediamtx;
  std::string path;

  void Declare(Options& options);
  relay::v1::CreateRelayRequest ToRequest(absl::string_view key) const;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_RELAY_OPTIONS_H_
