// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_EXCHANGE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_EXCHANGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace relayfleet::relayctl {

struct Answer {
  int code = 0;      // of HTTP or RTSP
  std::string body;  // what came behind the header before the peer closed
};

// One question to an HTTP or RTSP server and its answer, over a connection of its own: connects,
// says `request`, reads to the end of the header, and to the end of the connection when
// `read_body`. Blocks for at most `limit`. UNAVAILABLE: nobody answers, or not in that language.
absl::StatusOr<Answer> Exchange(const std::string& host, uint16_t port, absl::string_view request,
                                bool read_body, absl::Duration limit);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_EXCHANGE_H_
