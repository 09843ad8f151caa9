// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_EXECUTOR_H_
#define RELAYFLEET_LIBS_BASE_EXECUTOR_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"

namespace relayfleet::base {

using Task = absl::AnyInvocable<void()>;

// A pending delayed task. Destruction or Cancel() forgets it; on the executor that made it, no
// run follows. Movable, empty when default-constructed.
class Timer {
 public:
  // What an executor puts behind a timer. Cancel() is called at most once, from any thread.
  class Handle {
   public:
    virtual ~Handle() = default;
    virtual void Cancel() = 0;
  };

  Timer() = default;
  explicit Timer(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
  Timer(Timer&&) = default;
  Timer& operator=(Timer&& other) noexcept {
    if (this != &other) {
      Cancel();
      handle_ = std::move(other.handle_);
    }
    return *this;
  }
  ~Timer() { Cancel(); }

  void Cancel() {
    if (handle_ != nullptr) handle_->Cancel();
    handle_ = nullptr;
  }

 private:
  std::shared_ptr<Handle> handle_;
};

// Runs tasks one at a time in the order of posting (a strand), and later ones by timer. What is
// only touched on one executor needs no lock. Thread-safe; outlives its tasks through shared_ptr.
//
// Tasks that use an object of a shorter life capture a weak_ptr to it.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `task` soon, never inside this call.
  virtual void Post(Task task) = 0;

  // Runs `task` once `delay` has passed, unless the timer dies first.
  [[nodiscard]] virtual Timer After(absl::Duration delay, Task task) = 0;

  // The clock that After() goes by.
  virtual const Clock& clock() const = 0;
};

// Makes strands that share threads. Real: ThreadRuntime. Tests: testing::FakeRuntime.
class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual std::shared_ptr<Executor> NewStrand() = 0;
  virtual const Clock& clock() const = 0;
};

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_EXECUTOR_H_
