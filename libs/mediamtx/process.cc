// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::mediamtx {
namespace {

constexpr size_t kMaxLine = 4096;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// What the child does between fork and exec: only calls that are allowed there in a process with
// threads, on memory that was made before.
struct Launch {
  const char* binary;
  char* const* argv;
  const char* working_dir;  // or null
  pid_t parent;
  int output;
  int error;

  [[noreturn]] void Run() const {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // the parent died before prctl
    ResetSignals();
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    if (working_dir == nullptr || chdir(working_dir) == 0) execv(binary, argv);
    const int reason = errno;
    [[maybe_unused]] const auto written = write(error, &reason, sizeof(reason));
    _exit(127);
  }

  static void ResetSignals() {
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
  }
};

std::string HowItEnded(int status) {
  if (WIFSIGNALED(status)) return absl::StrCat("was ended by signal ", WTERMSIG(status));
  return absl::StrCat("exited with status ", WEXITSTATUS(status));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Process>> Process::Start(const std::string& binary,
                                                        const std::vector<std::string>& args,
                                                        const std::string& working_dir,
                                                        OnLine on_line) {
  auto output = MakePipe();
  auto error = MakePipe();
  if (!output.ok() || !error.ok()) return absl::ResourceExhaustedError("no pipe for a child");
  std::vector<char*> argv = {const_cast<char*>(binary.c_str())};
  for (const auto& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const Launch launch = {
      binary.c_str(), argv.data(),         working_dir.empty() ? nullptr : working_dir.c_str(),
      getpid(),       output->write.get(), error->write.get()};
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) launch.Run();
  output->write.Reset();
  error->write.Reset();
  fcntl(output->read.get(), F_SETFL, O_NONBLOCK);
  auto process =
      std::make_unique<Process>(Private(), pid, std::move(output->read), std::move(on_line));
  int reason = 0;  // nothing arrives, and the pipe is closed, when exec succeeds
  if (read(error->read.get(), &reason, sizeof(reason)) == sizeof(reason)) {
    return absl::ErrnoToStatus(reason, absl::StrCat("running ", binary));
  }
  return process;
}

Process::Process(Private, pid_t pid, UniqueFd output, OnLine on_line)
    : pid_(pid),
      output_(std::move(output)),
      pid_fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
      on_line_(std::move(on_line)) {}

Process::~Process() {
  if (ended_) return;
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::Signal(int signal) {
  if (!ended_) kill(pid_, signal);
}

void Process::Wait(int wake_fd, absl::Duration timeout) {
  // Without pid_fd_ its end shows only when asked.
  if (pid_fd_.get() < 0) timeout = std::min(timeout, absl::Milliseconds(50));
  std::array<pollfd, 3> fds = {
      {{output_.get(), POLLIN, 0}, {wake_fd, POLLIN, 0}, {pid_fd_.get(), POLLIN, 0}}};
  const int64_t limit = timeout == absl::InfiniteDuration() ? -1 : timeout / absl::Milliseconds(1);
  poll(fds.data(), fds.size(), static_cast<int>(limit));
  Reap();  // before reading: what it wrote last is then surely there
  ReadOutput();
}

void Process::ReadOutput() {
  std::array<char, 4096> buffer;
  ssize_t size = 0;
  while ((size = read(output_.get(), buffer.data(), buffer.size())) > 0) {
    for (const char c : absl::string_view(buffer.data(), size)) {
      if (c != '\n' && line_.size() < kMaxLine) line_.push_back(c);
      if (c == '\n') on_line_(std::exchange(line_, {}));
    }
  }
  if (ended_ && !line_.empty()) on_line_(std::exchange(line_, {}));
}

void Process::Reap() {
  int status = 0;
  if (ended_ || waitpid(pid_, &status, WNOHANG) != pid_) return;
  ended_ = true;
  how_ = HowItEnded(status);
}

}  // namespace relayfleet::mediamtx
