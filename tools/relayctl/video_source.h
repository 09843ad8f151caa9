// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_VIDEO_SOURCE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_VIDEO_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "libs/av/frame.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/video_file.h"
#include "tools/relayctl/frame_source.h"

namespace relayfleet::relayctl {

// The pictures of a video file, each made a JPEG, at the file's own times.
class VideoSource final : public FrameSource {
 public:
  // `loop`: begins again at the end, with times that go on.
  static absl::StatusOr<std::unique_ptr<FrameSource>> Open(const std::string& path, bool loop);

  absl::StatusOr<Picture> Next() override;

 private:
  explicit VideoSource(std::unique_ptr<av::VideoFile> file)
      : file_(std::move(file)), encoder_(av::JpegEncoder::Options()) {}

  const std::unique_ptr<av::VideoFile> file_;
  av::JpegEncoder encoder_;
  av::Frame frame_;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_VIDEO_SOURCE_H_
