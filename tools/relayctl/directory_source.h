// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_DIRECTORY_SOURCE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_DIRECTORY_SOURCE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/relayctl/frame_source.h"

namespace relayfleet::relayctl {

// The *.jpg and *.jpeg files of a folder by name, read when their turn comes and passed on as
// they are: what is no JPEG is the server's to refuse.
class DirectorySource final : public FrameSource {
 public:
  // Fails when there is no such folder, or no picture in it. `loop`: begins again at the end.
  static absl::StatusOr<std::unique_ptr<FrameSource>> Open(const std::string& directory, bool loop);

  absl::StatusOr<Picture> Next() override;

 private:
  DirectorySource(std::vector<std::string> files, bool loop)
      : files_(std::move(files)), loop_(loop) {}

  const std::vector<std::string> files_;
  const bool loop_;
  size_t next_ = 0;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_DIRECTORY_SOURCE_H_
