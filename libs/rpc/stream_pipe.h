// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_STREAM_PIPE_H_
#define RELAYFLEET_LIBS_RPC_STREAM_PIPE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/flow/inbox.h"
#include "libs/flow/pipe.h"

namespace relayfleet::rpc {

// Messages that wait in an inbox before its stream is no longer read; then HTTP/2 holds the peer
// back. Well-behaved peers stay far below by credits.
inline constexpr size_t kInboxLimit = 64;

// How long a closed stream may take to deliver what was sent before it is cut off.
inline constexpr absl::Duration kCloseGrace = absl::Seconds(5);

// A gRPC stream as its pipe sees it. Lives until the call is over and the pipe is gone.
template <typename Out, typename In>
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void Send(Out message) = 0;
  virtual void Hold() = 0;
  virtual void Release() = 0;
  virtual void Close(absl::Status status) = 0;

  const std::shared_ptr<flow::Inbox<In>>& inbox() const { return inbox_; }

 protected:
  // Once, before anything arrives.
  void set_inbox(std::shared_ptr<flow::Inbox<In>> inbox) { inbox_ = std::move(inbox); }

 private:
  std::shared_ptr<flow::Inbox<In>> inbox_;
};

// The end of a pipe that a stage holds: a call, from the server's or from the client's side.
template <typename Out, typename In>
class StreamPipe final : public flow::Pipe<Out, In> {
 public:
  using typename flow::Pipe<Out, In>::Handler;

  explicit StreamPipe(std::shared_ptr<Stream<Out, In>> stream) : stream_(std::move(stream)) {}
  ~StreamPipe() override { Close(absl::CancelledError("the peer dropped the pipe")); }

  void Start(std::shared_ptr<base::Executor> executor, Handler handler) override {
    stream_->inbox()->Start(std::move(executor), std::move(handler.on_message),
                            std::move(handler.on_closed));
  }
  void Send(Out message) override { stream_->Send(std::move(message)); }
  void Hold() override { stream_->Hold(); }
  void Release() override { stream_->Release(); }
  void Close(absl::Status status) override {
    stream_->inbox()->Cancel();
    if (closed_.exchange(true)) return;  // The first close counts.
    stream_->Close(std::move(status));
  }

 private:
  const std::shared_ptr<Stream<Out, In>> stream_;
  std::atomic<bool> closed_ = false;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_STREAM_PIPE_H_
