// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_PROCESS_H_
#define RELAYFLEET_LIBS_MEDIAMTX_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/mediamtx/unique_fd.h"

namespace relayfleet::mediamtx {

// One child process, from fork to its end. It has its own process group, no open files of ours but
// one pipe for its output, and is killed by the kernel when the thread that started it ends. Used
// on that thread.
class Process {
  struct Private {};

 public:
  // A line of its output, at most 4096 bytes.
  using OnLine = std::function<void(absl::string_view)>;

  // The error is that of exec.
  static absl::StatusOr<std::unique_ptr<Process>> Start(const std::string& binary,
                                                        const std::vector<std::string>& args,
                                                        const std::string& working_dir,
                                                        OnLine on_line);
  Process(Private, pid_t pid, UniqueFd output, OnLine on_line);
  // Kills it if it lives.
  ~Process();

  pid_t pid() const { return pid_; }

  // Waits for output, its end or something to read at `wake_fd`, at most for `timeout`.
  void Wait(int wake_fd, absl::Duration timeout);
  // It has ended; all its output was read.
  bool ended() const { return ended_; }
  // "exited with status 1", "was ended by signal 9".
  const std::string& how() const { return how_; }

  void Signal(int signal);

 private:
  void ReadOutput();
  void Reap();

  const pid_t pid_;
  const UniqueFd output_;
  const UniqueFd pid_fd_;  // readable at its end; none on old kernels
  const OnLine on_line_;
  std::string line_;
  bool ended_ = false;
  std::string how_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_PROCESS_H_
