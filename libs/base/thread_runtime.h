// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_THREAD_RUNTIME_H_
#define RELAYFLEET_LIBS_BASE_THREAD_RUNTIME_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/clock.h"
#include "libs/base/executor.h"

namespace relayfleet::base {

// A strand of a ThreadRuntime. Sockets that are opened on `strand()` share its order: their
// handlers and posted tasks never run at the same time.
class AsioStrand : public Executor {
 public:
  using Native = boost::asio::strand<boost::asio::io_context::executor_type>;

  virtual Native& strand() = 0;
};

// A pool of threads that run strands, timers and sockets (Boost.Asio). Destruction stops it:
// tasks that have not begun are dropped, running ones are waited for. Strands stay valid
// afterwards, but run nothing.
class ThreadRuntime final : public Runtime {
 public:
  // `threads`: at least 1. `name`: of the threads, at most 15 bytes.
  ThreadRuntime(int threads, absl::string_view name);
  ~ThreadRuntime() override;

  std::shared_ptr<Executor> NewStrand() override;
  std::shared_ptr<AsioStrand> NewAsioStrand();
  const Clock& clock() const override;
  boost::asio::io_context& io();

  // What destruction does, earlier. Not to be called on one of its own threads.
  void Stop();

 private:
  struct State;
  // Strands share it, so that one that outlives the runtime still has its io_context.
  std::shared_ptr<State> state_;
  std::vector<std::thread> threads_;
};

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_THREAD_RUNTIME_H_
