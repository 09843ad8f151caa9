// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/video_source.h"

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::relayctl {

absl::StatusOr<std::unique_ptr<FrameSource>> VideoSource::Open(const std::string& path, bool loop) {
  absl::StatusOr<std::unique_ptr<av::VideoFile>> file =
      av::VideoFile::Open({.path = path, .loop = loop});
  if (!file.ok()) {
    // Not NOT_FOUND: that is about relays.
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", file.status().message()));
  }
  return absl::WrapUnique<FrameSource>(new VideoSource(*std::move(file)));
}

absl::StatusOr<Picture> VideoSource::Next() {
  const absl::StatusOr<absl::Duration> due = file_->Next(frame_);
  if (!due.ok()) return due.status();
  absl::StatusOr<std::string> jpeg = encoder_.Encode(frame_);
  if (!jpeg.ok()) return jpeg.status();
  return Picture{.jpeg = *std::move(jpeg), .due = *due};
}

}  // namespace relayfleet::relayctl
