// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_AVIO_READER_H_
#define RELAYFLEET_LIBS_AV_AVIO_READER_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "libs/av/byte_source.h"
#include "libs/av/ffmpeg_ptr.h"

namespace relayfleet::av {

// A ByteSource as libav reads it. One thread.
class AvioReader {
 public:
  explicit AvioReader(std::unique_ptr<ByteSource> source);
  ~AvioReader();
  AvioReader(const AvioReader&) = delete;
  AvioReader& operator=(const AvioReader&) = delete;

  // Lives as long as this.
  AVIOContext* context() { return context_; }

  // Why the last read failed, which libav tells by a number only.
  const absl::Status& error() const { return error_; }

 private:
  static int Read(void* self, uint8_t* out, int size);
  static int64_t Seek(void* self, int64_t offset, int whence);

  const std::unique_ptr<ByteSource> source_;
  int64_t position_ = 0;
  absl::Status error_;
  AVIOContext* context_ = nullptr;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_AVIO_READER_H_
