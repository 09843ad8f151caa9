// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_VIDEO_FILE_H_
#define RELAYFLEET_LIBS_AV_VIDEO_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/av/frame.h"

namespace relayfleet::av {

// Reads the pictures of a local video file through libav, one after the other. Only the file
// itself is opened: a playlist in it can't name other files or URLs. Blocking, each call within
// its deadline. One user at a time.
class VideoFile {
 public:
  struct Options {
    std::string path;
    absl::Duration deadline = absl::Seconds(5);  // of opening, and of each picture
    bool loop = false;                           // begin again at the end; times go on growing
  };

  // NOT_FOUND, INVALID_ARGUMENT (no video in it), DEADLINE_EXCEEDED.
  static absl::StatusOr<std::unique_ptr<VideoFile>> Open(const Options& options);
  ~VideoFile();

  // Reads the next picture into `out` (I420, in its own size rounded down to even, full range as
  // JPEG wants it) and returns its time from the start, strictly growing. OUT_OF_RANGE at the end.
  absl::StatusOr<absl::Duration> Next(Frame& out);

 private:
  struct State;
  explicit VideoFile(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_VIDEO_FILE_H_
