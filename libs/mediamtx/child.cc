// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/child.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"

namespace relayfleet::mediamtx {
using boost::asio::ip::tcp;

namespace {

// Between two looks at whether the port listens.
constexpr absl::Duration kReadyPoll = absl::Milliseconds(10);

tcp::endpoint EndpointOf(const Child::Options& options) {
  boost::system::error_code ignored;
  auto address = boost::asio::ip::make_address(options.ready_host, ignored);
  return tcp::endpoint(address, options.ready_port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Child>> Child::Start(Options options) {
  auto child = std::make_unique<Child>(Private(), std::move(options));
  base::MutexLock lock(&child->mutex_);
  child->changed_.Wait(&child->mutex_, [&] { return child->state_.first_start.has_value(); });
  if (!child->state_.first_start->ok()) return *child->state_.first_start;
  return child;
}

Child::Child(Private, Options options)
    : options_(std::move(options)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this] {
        pthread_setname_np(pthread_self(), "mediamtx-child");
        Run();
      }) {}

Child::~Child() { Stop(); }

void Child::Stop() {
  Update([](State* state) { state->stopping = true; });
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof(one));
  if (thread_.joinable()) thread_.join();
}

absl::Status Child::WaitUp(absl::Duration timeout) {
  base::MutexLock lock(&mutex_);
  const bool known = changed_.WaitFor(
      &mutex_, timeout, [this] { return state_.up || state_.failed || state_.stopping; });
  if (state_.up) return absl::OkStatus();
  if (!known) return base::TookTooLong("the start of MediaMTX", absl::FormatDuration(timeout));
  return base::PeerUnavailable("MediaMTX", absl::StrCat("it ended: ", state_.last_line));
}

bool Child::up() const {
  base::MutexLock lock(&mutex_);
  return state_.up;
}

int Child::restarts() const {
  base::MutexLock lock(&mutex_);
  return state_.restarts;
}

pid_t Child::pid() const {
  base::MutexLock lock(&mutex_);
  return state_.pid;
}

bool Child::stopping() const {
  base::MutexLock lock(&mutex_);
  return state_.stopping;
}

template <typename Change>
void Child::Update(Change change) {
  base::MutexLock lock(&mutex_);
  change(&state_);
  changed_.NotifyAll();
}

void Child::Run() {
  absl::Duration pause = options_.first_pause;
  for (bool first = true; !stopping(); first = false) {
    auto process = Launch();
    if (first) Update([&](State* state) { state->first_start = process.status(); });
    if (first && !process.ok()) return;
    bool was_up = false;
    if (process.ok()) {
      was_up = Watch(process->get());
      if (stopping()) return;
      if (options_.on_down) options_.on_down((*process)->how());
    } else if (options_.on_down) {
      options_.on_down(process.status().message());
    }
    pause = was_up ? options_.first_pause : std::min(pause * 2, options_.max_pause);
    if (Pause(pause)) return;
    Update([](State* state) { ++state->restarts; });
  }
}

absl::StatusOr<std::unique_ptr<Process>> Child::Launch() {
  if (auto free = CheckPortFree(); !free.ok()) return free;
  return Process::Start(options_.binary, options_.args, options_.working_dir,
                        [this](absl::string_view line) { OnLine(line); });
}

// Else a stranger's listener would pass for our child, which is about to fail.
absl::Status Child::CheckPortFree() const {
  boost::asio::io_context io;
  tcp::acceptor acceptor(io);
  boost::system::error_code error;
  const tcp::endpoint endpoint = EndpointOf(options_);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) return absl::OkStatus();
  return base::CannotListen(absl::StrCat(options_.ready_host, ":", options_.ready_port),
                            error.message());
}

bool Child::Listening() const {
  boost::asio::io_context io;
  tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect(EndpointOf(options_), error);
  return !error;
}

bool Child::Watch(Process* process) {
  Update([&](State* state) { state->pid = process->pid(); });
  bool up = false;
  while (!process->ended() && !stopping()) {
    process->Wait(wake_.get(), up ? absl::InfiniteDuration() : kReadyPoll);
    if (up || process->ended() || !Listening()) continue;
    up = true;
    Update([](State* state) { state->up = true; });
    if (options_.on_up) options_.on_up();
  }
  if (!process->ended()) Terminate(process);
  Update([&](State* state) {
    state->pid = 0;
    state->up = false;
    state->failed = state->failed || !up;
  });
  return up;
}

void Child::Terminate(Process* process) {
  process->Signal(SIGTERM);
  const absl::Time deadline = absl::Now() + options_.stop_grace;
  while (!process->ended() && absl::Now() < deadline) {
    process->Wait(-1, deadline - absl::Now());
  }
  process->Signal(SIGKILL);
  while (!process->ended()) process->Wait(-1, absl::Milliseconds(50));
}

void Child::OnLine(absl::string_view line) {
  Update([&](State* state) { state->last_line = std::string(line); });
  if (options_.on_line) options_.on_line(line);
}

bool Child::Pause(absl::Duration pause) {
  base::MutexLock lock(&mutex_);
  return changed_.WaitFor(&mutex_, pause, [this] { return state_.stopping; });
}

}  // namespace relayfleet::mediamtx
