// SPDX-License-Identifier: Apache-2.0

#include "libs/base/thread_runtime.h"

#include <pthread.h>

#include <atomic>
#include <boost/asio/defer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace relayfleet::base {
namespace asio = boost::asio;

struct ThreadRuntime::State {
  explicit State(int threads) : io(threads), work(io.get_executor()) {}

  SystemClock clock;
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work;
};

namespace {

// Asio wants copyable handlers in places; a shared task is one.
class TimerHandle final : public Timer::Handle, public std::enable_shared_from_this<TimerHandle> {
 public:
  TimerHandle(AsioStrand::Native strand, Task task)
      : strand_(std::move(strand)), timer_(strand_), task_(std::move(task)) {}

  void Start(absl::Duration delay) {
    timer_.expires_after(absl::ToChronoNanoseconds(delay));
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code&) {
      if (!self->cancelled_.exchange(true)) self->task_();
      self->task_ = nullptr;
    });
  }

  // The flag takes effect at once; the timer itself is only touched on its strand.
  void Cancel() override {
    if (cancelled_.exchange(true)) return;
    asio::post(strand_, [self = shared_from_this()] { self->timer_.cancel(); });
  }

 private:
  AsioStrand::Native strand_;
  asio::steady_timer timer_;
  Task task_;
  std::atomic<bool> cancelled_ = false;
};

template <typename State>
class StrandImpl final : public AsioStrand {
 public:
  explicit StrandImpl(std::shared_ptr<State> state)
      : state_(std::move(state)), strand_(state_->io.get_executor()) {}

  // As a continuation: from one of the runtime's own threads it runs there next, which saves
  // waking another one (some 50 us) at each step of a picture's way.
  void Post(Task task) override { asio::defer(strand_, std::move(task)); }

  Timer After(absl::Duration delay, Task task) override {
    auto handle = std::make_shared<TimerHandle>(strand_, std::move(task));
    // The wait is begun on the strand: a timer object is not thread-safe.
    asio::post(strand_, [handle, delay] { handle->Start(delay); });
    return Timer(std::move(handle));
  }

  const Clock& clock() const override { return state_->clock; }
  Native& strand() override { return strand_; }

 private:
  const std::shared_ptr<State> state_;
  Native strand_;
};

}  // namespace

ThreadRuntime::ThreadRuntime(int threads, absl::string_view name)
    : state_(std::make_shared<State>(threads)) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([state = state_.get(), thread_name = std::string(name)] {
      pthread_setname_np(pthread_self(), thread_name.c_str());
      state->io.run();
    });
  }
}

ThreadRuntime::~ThreadRuntime() { Stop(); }

void ThreadRuntime::Stop() {
  state_->io.stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::shared_ptr<AsioStrand> ThreadRuntime::NewAsioStrand() {
  return std::make_shared<StrandImpl<State>>(state_);
}

std::shared_ptr<Executor> ThreadRuntime::NewStrand() { return NewAsioStrand(); }

const Clock& ThreadRuntime::clock() const { return state_->clock; }

asio::io_context& ThreadRuntime::io() { return state_->io; }

}  // namespace relayfleet::base
