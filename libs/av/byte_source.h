// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_BYTE_SOURCE_H_
#define RELAYFLEET_LIBS_AV_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

namespace relayfleet::av {

// Bytes that a Demuxer reads in place of what libav would open by itself: a file, an object. Used
// on the demuxer's thread; may block as long as its own deadlines let it.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to `size` bytes at `position`; 0: at the end.
  virtual absl::StatusOr<size_t> Read(int64_t position, char* out, size_t size) = 0;
  // Bytes; -1: unknown.
  virtual int64_t size() const = 0;
  // Read may be called with any position, not only with the next one.
  virtual bool seekable() const = 0;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_BYTE_SOURCE_H_
