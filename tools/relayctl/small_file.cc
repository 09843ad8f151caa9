// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/small_file.h"

#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::relayctl {

absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t max_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(max_bytes + 1, '\0');
  if (!file || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())).eof()) {
    if (!file) return absl::NotFoundError(absl::StrCat(path, " can't be read"));
    return absl::InvalidArgumentError(absl::StrCat(path, " is larger than ", max_bytes, " bytes"));
  }
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

}  // namespace relayfleet::relayctl
