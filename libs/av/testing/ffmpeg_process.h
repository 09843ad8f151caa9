// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_TESTING_FFMPEG_PROCESS_H_
#define RELAYFLEET_LIBS_AV_TESTING_FFMPEG_PROCESS_H_

#include <sys/types.h>

#include <string>

namespace relayfleet::av::testing {

// The ffmpeg program as a peer: sends, serves or publishes until it is destroyed.
class FfmpegProcess {
 public:
  // `arguments`: as on a command line.
  explicit FfmpegProcess(const std::string& arguments);
  ~FfmpegProcess();
  FfmpegProcess(const FfmpegProcess&) = delete;
  FfmpegProcess& operator=(const FfmpegProcess&) = delete;

 private:
  pid_t pid_ = -1;
};

// A picture that moves, at 25 fps with a key frame each second, in real time and without end.
inline constexpr char kLivePicture[] =
    "-re -f lavfi -i testsrc2=size=320x240:rate=25 -c:v libx264 -preset ultrafast "
    "-tune zerolatency -g 25 -pix_fmt yuv420p";

}  // namespace relayfleet::av::testing

#endif  // RELAYFLEET_LIBS_AV_TESTING_FFMPEG_PROCESS_H_
