// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/read_ahead.h"

#include <utility>

namespace relayfleet::ingest {
namespace {

size_t BytesOf(const ReadAhead::Piece& piece) {
  const auto* const packet = std::get_if<media::Packet>(&piece);
  return packet == nullptr ? 0 : packet->payload->size();
}

}  // namespace

bool ReadAhead::HasRoom() const {
  if (closed_ || pieces_.empty()) return true;
  return bytes_ < options_.bytes && pieces_.size() < options_.packets &&
         pieces_.rbegin()->first - pieces_.begin()->first < options_.span;
}

bool ReadAhead::Put(absl::Duration due, Piece piece) {
  bool first = false;
  {
    base::MutexLock lock(&mutex_);
    changed_.Wait(&mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return HasRoom(); });
    if (closed_) return false;
    // Sooner than what its taker waits for is news to it as well.
    first = pieces_.empty() || due < pieces_.begin()->first;
    bytes_ += BytesOf(piece);
    pieces_.emplace(due, std::move(piece));
  }
  if (first) wake_();
  return true;
}

void ReadAhead::Finish(absl::Status status) {
  {
    base::MutexLock lock(&mutex_);
    if (closed_) return;
    end_ = std::move(status);
  }
  wake_();
}

std::optional<absl::Duration> ReadAhead::FrontDue() {
  base::MutexLock lock(&mutex_);
  if (pieces_.empty()) return std::nullopt;
  return pieces_.begin()->first;
}

ReadAhead::Piece ReadAhead::Pop() {
  base::MutexLock lock(&mutex_);
  Piece piece = std::move(pieces_.begin()->second);
  pieces_.erase(pieces_.begin());
  bytes_ -= BytesOf(piece);
  changed_.NotifyOne();
  return piece;
}

std::optional<absl::Status> ReadAhead::end() {
  base::MutexLock lock(&mutex_);
  return pieces_.empty() ? end_ : std::nullopt;
}

void ReadAhead::Close() {
  base::MutexLock lock(&mutex_);
  closed_ = true;
  pieces_.clear();
  bytes_ = 0;
  changed_.NotifyOne();
}

}  // namespace relayfleet::ingest
