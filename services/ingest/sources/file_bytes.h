// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_FILE_BYTES_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_FILE_BYTES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/av/byte_source.h"

namespace relayfleet::ingest {

// A local file for libav. Blocking.
class FileBytes final : public av::ByteSource {
 public:
  // NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (no regular file), UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<FileBytes>> Open(const std::string& path);
  ~FileBytes() override;

  absl::StatusOr<size_t> Read(int64_t position, char* out, size_t size) override;
  int64_t size() const override { return size_; }
  bool seekable() const override { return true; }

 private:
  FileBytes(int fd, int64_t size) : fd_(fd), size_(size) {}

  const int fd_;
  const int64_t size_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_FILE_BYTES_H_
