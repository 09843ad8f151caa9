// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_DIRECT_PIPE_H_
#define RELAYFLEET_LIBS_FLOW_DIRECT_PIPE_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "libs/flow/inbox.h"
#include "libs/flow/pipe.h"

namespace relayfleet::flow {

// One end of a pipe between two stages in one process: messages are moved, never copied, and
// each costs at most one task on the receiver's executor. An end owns its inbox and knows the
// peer's weakly; neither end keeps the other, or what its handler holds, alive.
template <typename Out, typename In>
class DirectPipe final : public Pipe<Out, In> {
 public:
  using typename Pipe<Out, In>::Handler;

  DirectPipe(std::shared_ptr<Inbox<In>> own, std::weak_ptr<Inbox<Out>> peer)
      : own_(std::move(own)), peer_(std::move(peer)) {}
  ~DirectPipe() override { Close(absl::CancelledError("the peer dropped the pipe")); }

  void Start(std::shared_ptr<base::Executor> executor, Handler handler) override {
    own_->Start(std::move(executor), std::move(handler.on_message), std::move(handler.on_closed));
  }
  void Send(Out message) override {
    if (auto peer = peer_.lock()) peer->Push(std::move(message));
  }
  void Close(absl::Status status) override {
    own_->Cancel();
    if (auto peer = peer_.lock()) peer->End(std::move(status));
  }

 private:
  const std::shared_ptr<Inbox<In>> own_;
  const std::weak_ptr<Inbox<Out>> peer_;
};

// Two connected ends.
template <typename Up, typename Down>
std::pair<std::unique_ptr<Pipe<Up, Down>>, std::unique_ptr<Pipe<Down, Up>>> MakeDirectPipe() {
  auto up = std::make_shared<Inbox<Up>>();
  auto down = std::make_shared<Inbox<Down>>();
  return {std::make_unique<DirectPipe<Up, Down>>(down, up),
          std::make_unique<DirectPipe<Down, Up>>(up, down)};
}

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_DIRECT_PIPE_H_
