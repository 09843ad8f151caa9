// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_KEY_H_
#define RELAYFLEET_LIBS_BASE_KEY_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relayfleet::base {

// OK if `key` may name a relay or a path of the media server: [0-9A-Za-z_./-]+, at most 255 bytes,
// no leading or trailing slash, no empty, "." or ".." segment. Else InvalidKey with the reason.
absl::Status ValidateKey(absl::string_view key);

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_KEY_H_
