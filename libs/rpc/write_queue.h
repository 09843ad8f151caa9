// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_WRITE_QUEUE_H_
#define RELAYFLEET_LIBS_RPC_WRITE_QUEUE_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/mutex.h"

namespace relayfleet::rpc {

// The sending half of a gRPC stream as a state machine: one write at a time, then one end. What
// waits for a write, or was sent under Hold(), goes with the next one, since each write costs both
// sides some wake-ups. Each
// call returns what its caller has to do next, outside the lock; at most one Write is under way,
// and End comes once, last, with no write under way. Thread-safe.
//
// It is not bounded: what stages send is, by credits.
template <typename Out>
class WriteQueue {
 public:
  struct Nothing {};
  struct Write {
    std::vector<Out> messages;  // not empty
  };
  struct End {
    absl::Status status;
  };
  using Action = std::variant<Nothing, Write, End>;

  // At most so many messages go in one write, and so many bytes of payload unless it is one.
  static constexpr size_t kMaxBatch = 16;
  static constexpr size_t kMaxBatchBytes = 256 << 10;

  // `payload_bytes` tells the size of a message without what is small anyway.
  explicit WriteQueue(size_t (*payload_bytes)(const Out&)) : payload_bytes_(payload_bytes) {}

  // Until as many Release(), nothing goes. Short: within one task.
  void Hold() {
    base::MutexLock lock(&mutex_);
    ++holds_;
  }
  Action Release() {
    base::MutexLock lock(&mutex_);
    --holds_;
    return Next();
  }

  // Sends `message` after the others; dropped after Close and Abort.
  Action Push(Out message) {
    base::MutexLock lock(&mutex_);
    if (end_.has_value()) return Nothing();
    waiting_.push_back(std::move(message));
    return Next();
  }

  // Ends with `status` after what waits. The first of Close and Abort gives the status.
  Action Close(absl::Status status) {
    base::MutexLock lock(&mutex_);
    if (!end_.has_value()) end_ = std::move(status);
    return Next();
  }

  // Ends as soon as the write under way is done; what waits is dropped.
  Action Abort(absl::Status status) {
    std::deque<Out> dropped;  // Dies after the lock.
    base::MutexLock lock(&mutex_);
    dropped.swap(waiting_);
    if (!end_.has_value()) end_ = std::move(status);
    return Next();
  }

  // The write under way is done.
  Action WriteDone() {
    base::MutexLock lock(&mutex_);
    writing_ = false;
    return Next();
  }

 private:
  Action Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || ended_ || holds_ > 0) return Nothing();
    if (!waiting_.empty()) {
      writing_ = true;
      return TakeBatch();
    }
    if (!end_.has_value()) return Nothing();
    ended_ = true;
    return End{*end_};
  }

  Write TakeBatch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Write write;
    size_t bytes = 0;
    while (!waiting_.empty() && write.messages.size() < kMaxBatch) {
      bytes += payload_bytes_(waiting_.front());
      if (bytes > kMaxBatchBytes && !write.messages.empty()) break;
      write.messages.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    return write;
  }

  size_t (*const payload_bytes_)(const Out&);
  base::Mutex mutex_;
  std::deque<Out> waiting_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  int holds_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_WRITE_QUEUE_H_
