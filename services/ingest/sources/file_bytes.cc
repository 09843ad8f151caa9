// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relayfleet::ingest {
namespace {

absl::Status ErrorOf(int error) {
  const absl::string_view text = strerror(error);
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileBytes>> FileBytes::Open(const std::string& path) {
  // Not to wait for whoever writes into a FIFO.
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return ErrorOf(errno);
  struct stat status = {};
  const int told = fstat(fd, &status);
  std::unique_ptr<FileBytes> file(new FileBytes(fd, status.st_size));
  if (told != 0) return ErrorOf(errno);
  if (!S_ISREG(status.st_mode)) return absl::InvalidArgumentError("not a file");
  return file;
}

FileBytes::~FileBytes() { close(fd_); }

absl::StatusOr<size_t> FileBytes::Read(int64_t position, char* out, size_t size) {
  while (true) {
    const ssize_t read = pread(fd_, out, size, position);
    if (read >= 0) return static_cast<size_t>(read);
    if (errno != EINTR) return ErrorOf(errno);
  }
}

}  // namespace relayfleet::ingest
