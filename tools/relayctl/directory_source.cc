// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/directory_source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::relayctl {
namespace {

bool IsPicture(const std::filesystem::path& path) {
  const std::string extension = absl::AsciiStrToLower(path.extension().string());
  return extension == ".jpg" || extension == ".jpeg";
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrameSource>> DirectorySource::Open(const std::string& directory,
                                                                   bool loop) {
  std::error_code error;
  std::vector<std::string> files;
  std::filesystem::directory_iterator entries(directory, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (IsPicture(entries->path())) files.push_back(entries->path().string());
  }
  if (error) return absl::InvalidArgumentError(absl::StrCat(directory, ": ", error.message()));
  if (files.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(directory, ": no .jpg or .jpeg file in it"));
  }
  std::sort(files.begin(), files.end());
  return absl::WrapUnique<FrameSource>(new DirectorySource(std::move(files), loop));
}

absl::StatusOr<Picture> DirectorySource::Next() {
  if (next_ == files_.size() && loop_) next_ = 0;
  if (next_ == files_.size()) return absl::OutOfRangeError("all pictures were read");
  const std::string& path = files_[next_++];
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    return absl::FailedPreconditionError(absl::StrCat(path, " can't be read"));
  }
  return Picture{.jpeg = std::move(bytes)};
}

}  // namespace relayfleet::relayctl
