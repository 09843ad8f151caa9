// SPDX-License-Identifier: Apache-2.0

#include "libs/state/state_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"

namespace relayfleet::state {
namespace {

std::string Reason(int error) { return std::generic_category().message(error); }

// What the holder of the lock wrote into it.
std::string Holder(int fd) {
  char text[32];
  const ssize_t size = pread(fd, text, sizeof(text), 0);
  const absl::string_view pid =
      absl::StripAsciiWhitespace(absl::string_view(text, size > 0 ? size : 0));
  return pid.empty() ? "another process" : absl::StrCat("process ", pid);
}

absl::Status WriteProcessId(int fd, absl::string_view dir) {
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    return base::StateUnwritable(dir, Reason(errno));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StateFolder> StateFolder::Open(absl::string_view dir) {
  const std::filesystem::path path{std::string(dir)};
  std::error_code error;
  if (std::filesystem::create_directories(path, error)) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  }
  if (error) return base::StateUnwritable(dir, error.message());
  const int fd = open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return base::StateUnwritable(dir, Reason(errno));
  StateFolder folder(path.string(), fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? base::StateInUse(dir, Holder(fd))
                                : base::StateUnwritable(dir, Reason(errno));
  }
  if (absl::Status status = WriteProcessId(fd, dir); !status.ok()) return status;
  return folder;
}

StateFolder::~StateFolder() {
  if (lock_fd_ >= 0) close(lock_fd_);
}

absl::StatusOr<std::string> StateFolder::File(absl::string_view name) const {
  const std::string path = (std::filesystem::path(dir_) / std::string(name)).string();
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return base::StateUnwritable(path, Reason(errno));
  close(fd);
  return path;
}

}  // namespace relayfleet::state
