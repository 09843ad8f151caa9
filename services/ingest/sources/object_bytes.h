// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_OBJECT_BYTES_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_OBJECT_BYTES_H_

#include <memory>
#include <utility>

#include "libs/av/byte_source.h"
#include "libs/storage/object_reader.h"

namespace relayfleet::ingest {

// An object of the storage library for libav.
class ObjectBytes final : public av::ByteSource {
 public:
  explicit ObjectBytes(std::unique_ptr<storage::ObjectReader> reader)
      : reader_(std::move(reader)) {}

  absl::StatusOr<size_t> Read(int64_t position, char* out, size_t size) override {
    return reader_->Read(position, out, size);
  }
  int64_t size() const override { return reader_->size(); }
  bool seekable() const override { return reader_->seekable(); }

 private:
  const std::unique_ptr<storage::ObjectReader> reader_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_OBJECT_BYTES_H_
