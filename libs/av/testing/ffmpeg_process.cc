// SPDX-License-Identifier: Apache-2.0

#include "libs/av/testing/ffmpeg_process.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "absl/strings/str_cat.h"

namespace relayfleet::av::testing {

FfmpegProcess::FfmpegProcess(const std::string& arguments) {
  std::string shell = "/bin/sh";
  std::string option = "-c";
  // The shell only splits the arguments: it becomes the program.
  std::string command =
      absl::StrCat("exec ffmpeg -hide_banner -loglevel fatal -nostdin -y ", arguments);
  std::array<char*, 4> argv = {shell.data(), option.data(), command.data(), nullptr};
  if (posix_spawn(&pid_, shell.c_str(), nullptr, nullptr, argv.data(), environ) != 0) pid_ = -1;
}

FfmpegProcess::~FfmpegProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace relayfleet::av::testing
