// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TRANSPORT_HEADER_H_
#define RELAYFLEET_LIBS_RTSP_TRANSPORT_HEADER_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::rtsp {

// What a server's Transport value says (RFC 2326, 12.39), as far as a client acts on it.
struct Transport {
  // RTP and RTCP, in that order, of each.
  template <typename T>
  using Pair = std::pair<T, T>;

  bool tcp = false;        // RTP/AVP/TCP, or interleaved channels are named
  bool multicast = false;  // no client of ours takes it
  std::optional<Pair<uint8_t>> interleaved;
  std::optional<Pair<uint16_t>> server_port;
};

// Reads the first transport of the value. Parameters it does not know are skipped; a single number
// where a pair belongs is the first of the two. INVALID_ARGUMENT: not RTP/AVP, or numbers out of
// range. Any thread.
absl::StatusOr<Transport> ParseTransport(absl::string_view value);

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_TRANSPORT_HEADER_H_
