// SPDX-License-Identifier: Apache-2.0

#include "libs/av/avio_reader.h"

#include <cstdio>
#include <utility>

#include "absl/status/statusor.h"

namespace relayfleet::av {
namespace {

constexpr int kBufferBytes = 64 << 10;

}  // namespace

AvioReader::AvioReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
  auto* const buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  context_ = avio_alloc_context(buffer, kBufferBytes, 0, this, &Read, nullptr, &Seek);
  context_->seekable = source_->seekable() ? AVIO_SEEKABLE_NORMAL : 0;
}

AvioReader::~AvioReader() {
  // libav may have put a larger buffer in place of ours.
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

int AvioReader::Read(void* self, uint8_t* out, int size) {
  auto& reader = *static_cast<AvioReader*>(self);
  const absl::StatusOr<size_t> read = reader.source_->Read(
      reader.position_, reinterpret_cast<char*>(out), static_cast<size_t>(size));
  if (!read.ok()) {
    reader.error_ = read.status();
    return AVERROR_EXTERNAL;
  }
  if (*read == 0) return AVERROR_EOF;
  reader.position_ += static_cast<int64_t>(*read);
  return static_cast<int>(*read);
}

int64_t AvioReader::Seek(void* self, int64_t offset, int whence) {
  auto& reader = *static_cast<AvioReader*>(self);
  const int64_t size = reader.source_->size();
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return size >= 0 ? size : AVERROR(ENOSYS);
  if (whence == SEEK_CUR) offset += reader.position_;
  if (whence == SEEK_END) {
    if (size < 0) return AVERROR(ENOSYS);
    offset += size;
  }
  if (offset < 0 || !reader.source_->seekable()) return AVERROR(EINVAL);
  reader.position_ = offset;
  return offset;
}

}  // namespace relayfleet::av
