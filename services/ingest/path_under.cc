// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/path_under.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace relayfleet::ingest {

absl::StatusOr<std::string> PathUnder(absl::string_view dir, absl::string_view path) {
  namespace fs = std::filesystem;
  if (std::any_of(path.begin(), path.end(), absl::ascii_iscntrl)) {
    return absl::InvalidArgumentError("has control characters");
  }
  std::error_code error;
  const fs::path root = fs::weakly_canonical(std::string(dir), error);
  if (error) return absl::InvalidArgumentError("its folder can't be read");
  const fs::path file = fs::weakly_canonical(root / std::string(path), error);
  if (error) return absl::InvalidArgumentError("can't be resolved");
  const auto [rest_of_root, rest] =
      std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (rest_of_root != root.end() || rest == file.end()) {
    return absl::InvalidArgumentError("lies outside of the folder that the service reads");
  }
  return file.string();
}

}  // namespace relayfleet::ingest
