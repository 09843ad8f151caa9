// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PATH_UNDER_H_
#define RELAYFLEET_SERVICES_INGEST_PATH_UNDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::ingest {

// The absolute path of `path` (itself absolute, or below `dir`), all symbolic links followed, if
// it lies below `dir`; it need not exist. INVALID_ARGUMENT: it does not, or is none. Blocks on the
// file system.
absl::StatusOr<std::string> PathUnder(absl::string_view dir, absl::string_view path);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PATH_UNDER_H_
