// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_TESTING_PIPE_RECORDER_H_
#define RELAYFLEET_LIBS_FLOW_TESTING_PIPE_RECORDER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/flow/pipe.h"

namespace relayfleet::flow::testing {

// Writes down what one end of a pipe delivers. The test's thread waits for what it expects; each
// wait gives up after a time that no sound build needs. Thread-safe.
template <typename In>
class PipeRecorder : public std::enable_shared_from_this<PipeRecorder<In>> {
 public:
  // A handler that records, and runs `then` after each message.
  template <typename Out>
  typename Pipe<Out, In>::Handler Handler(std::function<void(const In&)> then = {}) {
    auto self = this->shared_from_this();
    return {[self, then](In message) {
              self->Add(message);
              if (then) then(message);
            },
            [self](absl::Status status) { self->SetClosed(std::move(status)); }};
  }

  void Add(In message) {
    base::MutexLock lock(&mutex_);
    messages_.push_back(std::move(message));
    changed_.NotifyAll();
  }
  void SetClosed(absl::Status status) {
    base::MutexLock lock(&mutex_);
    ++closed_calls_;
    if (!closed_.has_value()) closed_ = std::move(status);
    changed_.NotifyAll();
  }

  // Waits until `met` holds for all messages so far; returns them, or what there is when it never
  // does.
  std::vector<In> WaitUntil(std::function<bool(const std::vector<In>&)> met) {
    base::MutexLock lock(&mutex_);
    changed_.WaitFor(&mutex_, kPatience,
                     [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return met(messages_); });
    return messages_;
  }
  // Waits until at least `count` messages came; returns all.
  std::vector<In> WaitFor(size_t count) {
    return WaitUntil([count](const std::vector<In>& messages) { return messages.size() >= count; });
  }
  // Waits for on_closed; UNKNOWN "not closed" when it does not come.
  absl::Status WaitClosed() {
    base::MutexLock lock(&mutex_);
    changed_.WaitFor(&mutex_, kPatience,
                     [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return closed_.has_value(); });
    return closed_.value_or(absl::UnknownError("not closed"));
  }

  std::vector<In> messages() {
    base::MutexLock lock(&mutex_);
    return messages_;
  }
  int closed_calls() {
    base::MutexLock lock(&mutex_);
    return closed_calls_;
  }

 private:
  static constexpr absl::Duration kPatience = absl::Seconds(30);

  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<In> messages_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> closed_ ABSL_GUARDED_BY(mutex_);
  int closed_calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace relayfleet::flow::testing

#endif  // RELAYFLEET_LIBS_FLOW_TESTING_PIPE_RECORDER_H_
