// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_INBOX_H_
#define RELAYFLEET_LIBS_FLOW_INBOX_H_

#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"

namespace relayfleet::flow {

// The receiving half of a pipe: keeps messages in order and hands them to a handler on the
// executor given to Start(), each batch as one task. Push and End come from the peer's side,
// Start and Cancel from the owner's; any thread. Held by shared_ptr; posted tasks hold it weakly,
// so a stopped runtime that still has them keeps nothing alive.
template <typename In>
class Inbox : public std::enable_shared_from_this<Inbox<In>> {
 public:
  using OnMessage = absl::AnyInvocable<void(In)>;
  using OnClosed = absl::AnyInvocable<void(absl::Status)>;

  // An inbox that never asks its sender to pause.
  Inbox() = default;
  // From `limit` waiting messages on Push() answers false; `on_room` then follows, on any thread,
  // once they have been taken.
  Inbox(size_t limit, absl::AnyInvocable<void()> on_room)
      : limit_(limit), on_room_(std::move(on_room)) {}

  // Begins delivery; once.
  void Start(std::shared_ptr<base::Executor> executor, OnMessage on_message, OnClosed on_closed);

  // Queues a message, or several as one task, unless ended or cancelled. False: pause until
  // `on_room`.
  bool Push(In message);
  bool Push(std::vector<In> messages);

  // Nothing follows what was pushed but `on_closed(status)`. The first call counts.
  void End(absl::Status status);

  // No further call, at once when called on the executor; drops what waits.
  void Cancel();

 private:
  struct Handler {
    OnMessage on_message;
    OnClosed on_closed;
  };

  // True if a task must be posted, after the lock is left.
  bool Schedule() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PostDrain();
  void Drain();
  void Deliver(Handler* handler, std::deque<In> batch);
  bool cancelled();
  // The final status, if it is due and everything before was delivered.
  std::optional<absl::Status> TakeEnd();
  void Rest(std::unique_ptr<Handler> handler);

  const size_t limit_ = std::numeric_limits<size_t>::max();
  absl::AnyInvocable<void()> on_room_;
  base::Mutex mutex_;
  std::deque<In> queue_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool full_ ABSL_GUARDED_BY(mutex_) = false;
  bool scheduled_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<base::Executor> executor_ ABSL_GUARDED_BY(mutex_);
  // Null before Start(), after the end, and while Drain() has it.
  std::unique_ptr<Handler> handler_ ABSL_GUARDED_BY(mutex_);
};

template <typename In>
void Inbox<In>::Start(std::shared_ptr<base::Executor> executor, OnMessage on_message,
                      OnClosed on_closed) {
  auto handler = std::make_unique<Handler>(Handler{std::move(on_message), std::move(on_closed)});
  {
    base::MutexLock lock(&mutex_);
    if (cancelled_) return;
    executor_ = std::move(executor);
    handler_ = std::move(handler);
    if (!Schedule()) return;
  }
  PostDrain();
}

template <typename In>
bool Inbox<In>::Push(In message) {
  std::vector<In> messages;
  messages.push_back(std::move(message));
  return Push(std::move(messages));
}

template <typename In>
bool Inbox<In>::Push(std::vector<In> messages) {
  bool room = true;
  {
    base::MutexLock lock(&mutex_);
    if (ended_ || cancelled_) return true;
    for (In& message : messages) queue_.push_back(std::move(message));
    full_ = queue_.size() >= limit_;
    room = !full_;
    if (!Schedule()) return room;
  }
  PostDrain();
  return room;
}

template <typename In>
void Inbox<In>::End(absl::Status status) {
  {
    base::MutexLock lock(&mutex_);
    if (ended_ || cancelled_) return;
    ended_ = true;
    end_ = std::move(status);
    if (!Schedule()) return;
  }
  PostDrain();
}

template <typename In>
void Inbox<In>::Cancel() {
  std::deque<In> dropped;
  std::unique_ptr<Handler> handler;  // Both die outside the lock: they may own anything.
  bool was_full = false;
  {
    base::MutexLock lock(&mutex_);
    cancelled_ = true;
    dropped.swap(queue_);
    handler = std::move(handler_);
    was_full = std::exchange(full_, false);
  }
  if (was_full) on_room_();
}

template <typename In>
bool Inbox<In>::Schedule() {
  if (executor_ == nullptr || scheduled_ || cancelled_) return false;
  if (queue_.empty() && !end_.has_value()) return false;
  scheduled_ = true;
  return true;
}

template <typename In>
void Inbox<In>::PostDrain() {
  std::shared_ptr<base::Executor> executor;
  {
    base::MutexLock lock(&mutex_);
    executor = executor_;
  }
  executor->Post([weak = this->weak_from_this()] {
    if (auto self = weak.lock()) self->Drain();
  });
}

template <typename In>
void Inbox<In>::Drain() {
  std::deque<In> batch;
  std::unique_ptr<Handler> handler;
  bool was_full = false;
  {
    base::MutexLock lock(&mutex_);
    if (cancelled_) return;
    batch.swap(queue_);
    handler = std::move(handler_);
    was_full = std::exchange(full_, false);
  }
  if (was_full) on_room_();
  Deliver(handler.get(), std::move(batch));
  Rest(std::move(handler));
}

template <typename In>
void Inbox<In>::Deliver(Handler* handler, std::deque<In> batch) {
  for (In& message : batch) {
    if (cancelled()) return;
    handler->on_message(std::move(message));
  }
  if (auto status = TakeEnd()) handler->on_closed(*std::move(status));
}

template <typename In>
bool Inbox<In>::cancelled() {
  base::MutexLock lock(&mutex_);
  return cancelled_;
}

template <typename In>
std::optional<absl::Status> Inbox<In>::TakeEnd() {
  base::MutexLock lock(&mutex_);
  if (cancelled_ || !queue_.empty() || !end_.has_value()) return std::nullopt;
  cancelled_ = true;
  return std::move(end_);
}

template <typename In>
void Inbox<In>::Rest(std::unique_ptr<Handler> handler) {
  {
    base::MutexLock lock(&mutex_);
    if (cancelled_) return;  // `handler` dies after the lock: a parameter outlives it.
    handler_ = std::move(handler);
    scheduled_ = false;
    if (!Schedule()) return;
  }
  PostDrain();
}

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_INBOX_H_
