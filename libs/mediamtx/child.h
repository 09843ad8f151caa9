// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_CHILD_H_
#define RELAYFLEET_LIBS_MEDIAMTX_CHILD_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"

namespace relayfleet::mediamtx {

// MediaMTX as our child process: started, watched, restarted, stopped.
//
//   starting ──port listens──► up ──dies──► waiting (<= 0.5 s) ──► starting …
//
// It runs in a process group of its own (Ctrl-C at a terminal reaches only us) and is killed by
// the kernel when we die, however that happens. A thread of the Child's own forks it, waits for
// it and makes all the calls of Options; the thread lives as long as the process it forked, since
// the kernel goes by the forking thread. Methods may be called from any thread but that one.
class Child {
 public:
  struct Options {
    std::string binary;             // path of the executable
    std::vector<std::string> args;  // MediaMTX: the configuration file
    std::string working_dir;        // empty: ours
    // It is up once this TCP port takes connections. Before each start nobody may listen there.
    std::string ready_host = "127.0.0.1";
    uint16_t ready_port = 8554;
    // Pause before a restart: it doubles from the first to the second while the process never
    // comes up.
    absl::Duration first_restart_delay = absl::Milliseconds(50);
    absl::Duration max_restart_delay = absl::Milliseconds(500);
    // Between SIGTERM and SIGKILL.
    absl::Duration stop_grace = absl::Seconds(3);
    // A line of its output, without the end of line, at most 4096 bytes.
    std::function<void(absl::string_view)> on_line;
    // It came up / it died; `how` says in words.
    std::function<void()> on_up;
    std::function<void(absl::string_view how)> on_down;
  };

  // Starts it. FAILED_PRECONDITION: somebody else listens on the ready port. NOT_FOUND,
  // PERMISSION_DENIED, …: it can't be executed.
  static absl::StatusOr<std::unique_ptr<Child>> Start(Options options);
  // As Stop().
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Blocks until it is up. UNAVAILABLE: it died before, with the last line it wrote.
  // DEADLINE_EXCEEDED after `timeout`.
  absl::Status WaitUp(absl::Duration timeout);

  // SIGTERM, then SIGKILL after the grace; returns when it is gone. No callback follows.
  void Stop();

  bool up() const;
  int restarts() const;
  // 0 between two processes.
  pid_t pid() const;

 private:
  class Process;
  explicit Child(Options options);
  void Run();
  absl::Status CheckPortFree() const;
  // Until the process is gone or Stop() is called; true: it was up.
  bool Watch(Process* process);
  bool Listening() const;
  void Publish(pid_t pid, bool up);
  // Waits for Stop() at most that long; true: it was called.
  bool Pause(absl::Duration delay);

  const Options options_;
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  absl::Status first_start_ ABSL_GUARDED_BY(mutex_);
  bool first_start_known_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool up_ ABSL_GUARDED_BY(mutex_) = false;
  bool died_early_ ABSL_GUARDED_BY(mutex_) = false;
  int restarts_ ABSL_GUARDED_BY(mutex_) = 0;
  pid_t pid_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string last_line_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_CHILD_H_
