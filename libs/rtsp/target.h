// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TARGET_H_
#define RELAYFLEET_LIBS_RTSP_TARGET_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::rtsp {

// Where an RTSP session goes. `uri` is what requests name and may be logged; the credentials are
// kept apart and never are.
struct Target {
  std::string host;  // name, IPv4 or IPv6 address (without brackets)
  uint16_t port = 554;
  std::string uri;  // "rtsp://host[:port]/path[?query]", without credentials
  std::string user;
  std::string password;
};

// Reads "rtsp://[user:password@]host[:port]/path[?query]"; percent-escapes in the credentials are
// decoded. INVALID_ARGUMENT otherwise; the message never repeats the URL.
absl::StatusOr<Target> ParseTarget(absl::string_view url);

// Says whether a resolved address (as text) may be connected to: the URL policy. Called on a
// strand, must not block. Empty: every address may.
using AddressCheck = std::function<absl::Status(absl::string_view ip)>;

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_TARGET_H_
