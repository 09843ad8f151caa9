// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_SMALL_FILE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_SMALL_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace relayfleet::relayctl {

// All of a file. NOT_FOUND: it can't be read; INVALID_ARGUMENT: larger than `max_bytes`.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t max_bytes);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_SMALL_FILE_H_
