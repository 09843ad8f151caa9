// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_WRITE_QUEUE_H_
#define RELAYFLEET_LIBS_RPC_WRITE_QUEUE_H_

#include <deque>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "libs/base/mutex.h"

namespace relayfleet::rpc {

// The sending half of a gRPC stream as a state machine: one write at a time, then one end. Each
// call returns what its caller has to do next, outside the lock; at most one Write is under way,
// and End comes once, last, with no write under way. Thread-safe.
//
// It is not bounded: what stages send is, by credits.
template <typename Out>
class WriteQueue {
 public:
  struct Nothing {};
  struct Write {
    Out message;
  };
  struct End {
    absl::Status status;
  };
  using Action = std::variant<Nothing, Write, End>;

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
    if (writing_ || ended_) return Nothing();
    if (!waiting_.empty()) {
      writing_ = true;
      Write write{std::move(waiting_.front())};
      waiting_.pop_front();
      return write;
    }
    if (!end_.has_value()) return Nothing();
    ended_ = true;
    return End{*end_};
  }

  base::Mutex mutex_;
  std::deque<Out> waiting_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_WRITE_QUEUE_H_
