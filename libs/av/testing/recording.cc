// SPDX-License-Identifier: Apache-2.0

#include "libs/av/testing/recording.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace relayfleet::av::testing {

std::string MakeRecording(absl::string_view name, absl::string_view arguments) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string path = absl::StrCat(folder == nullptr ? "/tmp" : folder, "/", name);
  if (access(path.c_str(), R_OK) == 0) return path;
  const std::string command =
      absl::StrCat("ffmpeg -hide_banner -loglevel error -nostdin -y ", arguments, " '", path, "'");
  return std::system(command.c_str()) == 0 ? path : "";
}

}  // namespace relayfleet::av::testing
