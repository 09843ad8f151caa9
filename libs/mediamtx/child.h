// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_CHILD_H_
#define RELAYFLEET_LIBS_MEDIAMTX_CHILD_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/mediamtx/process.h"
#include "libs/mediamtx/unique_fd.h"

namespace relayfleet::mediamtx {

// MediaMTX as our child process: started, watched, restarted, stopped.
//
//   starting ──port listens──► up ──dies──► pause (<= 0.5 s) ──► starting …
//
// It runs in a process group of its own (Ctrl-C at a terminal reaches only us) and is killed by
// the kernel when we die, however that happens. A thread of the Child's own forks it, waits for it
// and makes all the calls of Options; it has to live as long as the process, since the kernel goes
// by the forking thread. Methods may be called from any other thread.
class Child {
  struct Private {};

 public:
  struct Options {
    std::string binary;             // path of the executable
    std::vector<std::string> args;  // of MediaMTX: the configuration file
    std::string working_dir;        // empty: ours
    // It is up once this TCP port takes connections. Before each start nobody may listen there.
    std::string ready_host = "127.0.0.1";  // an IP address
    uint16_t ready_port = 8554;
    // Pause before a restart; it doubles from the first to the second while it never comes up.
    absl::Duration first_pause = absl::Milliseconds(50);
    absl::Duration max_pause = absl::Milliseconds(500);
    // Between SIGTERM and SIGKILL.
    absl::Duration stop_grace = absl::Seconds(3);
    // A line of its output, without the end of line, at most 4096 bytes.
    std::function<void(absl::string_view)> on_line;
    // It is up / it ended or could not be started; `how` says it in words.
    std::function<void()> on_up;
    std::function<void(absl::string_view how)> on_down;
  };

  // Starts it and returns once it runs, not yet up. FAILED_PRECONDITION: somebody else listens on
  // the ready port. NOT_FOUND, PERMISSION_DENIED, …: it can't be executed.
  static absl::StatusOr<std::unique_ptr<Child>> Start(Options options);
  Child(Private, Options options);
  // As Stop().
  ~Child();

  // Blocks until it is up. UNAVAILABLE: it ended before, with the last line it wrote.
  // DEADLINE_EXCEEDED after `timeout`.
  absl::Status WaitUp(absl::Duration timeout);

  // SIGTERM, then SIGKILL after the grace; returns when it is gone. No call of Options follows.
  void Stop();

  bool up() const;
  int restarts() const;
  // 0 between two processes.
  pid_t pid() const;

 private:
  struct State {
    std::optional<absl::Status> first_start;
    bool stopping = false;
    bool up = false;
    bool failed = false;  // ended at least once before it was up
    int restarts = 0;
    pid_t pid = 0;
    std::string last_line;
  };

  void Run();
  absl::StatusOr<std::unique_ptr<Process>> Launch();
  absl::Status CheckPortFree() const;
  bool Listening() const;
  // Until the process has ended, by itself or because of Stop(). Returns whether it was up.
  bool Watch(Process* process);
  void Terminate(Process* process);
  void OnLine(absl::string_view line);
  // Waits; true: Stop() was called.
  bool Pause(absl::Duration pause);
  bool stopping() const;
  template <typename Change>
  void Update(Change change);

  const Options options_;
  const UniqueFd wake_;  // readable once Stop() was called
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  State state_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_CHILD_H_
