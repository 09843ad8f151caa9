// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_STREAM_READER_H_
#define RELAYFLEET_TOOLS_RELAYCTL_STREAM_READER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/rtsp/reader.h"
#include "tools/relayctl/stream_meter.h"

namespace relayfleet::relayctl {

// What reading a stream brought.
struct StreamReading {
  StreamFacts facts;
  uint64_t lost_packets = 0;
  bool over_udp = false;
  absl::Status ended;  // not OK: the stream ended before the time was over
};

struct StreamReadOptions {
  base::SecretUrl url;  // rtsp or rtsps
  rtsp::Reader::Transport transport = rtsp::Reader::Transport::kTcpThenUdp;
  absl::Duration duration = absl::Seconds(5);  // from the server's consent to play
};

// Reads a stream as any consumer does, and measures it. Blocks for as long. The status says why it
// can't be read at all, without credentials.
absl::StatusOr<StreamReading> ReadStream(const StreamReadOptions& options);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_STREAM_READER_H_
