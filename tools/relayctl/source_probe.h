// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_SOURCE_PROBE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_SOURCE_PROBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/media/stream.h"
#include "tools/relayctl/stream_meter.h"

namespace relayfleet::relayctl {

// What a source turned out to be.
struct ProbeResult {
  std::vector<media::Track> tracks;  // the video first
  StreamFacts facts;
  uint64_t lost = 0;
  std::vector<std::string> notes;  // what the source's reader had to say
};

// Reads a source as ingest would: rtsp and rtsps by our own client (libav where that can't), other
// URLs and files through libav. `location`: a URL or a path. Blocks: reads for `duration` once the
// source is open. The status says why it can't be read, without credentials.
absl::StatusOr<ProbeResult> ProbeSource(absl::string_view location, absl::Duration duration);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_SOURCE_PROBE_H_
