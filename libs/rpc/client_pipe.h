// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_CLIENT_PIPE_H_
#define RELAYFLEET_LIBS_RPC_CLIENT_PIPE_H_

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/client_callback.h"
#include "libs/base/mutex.h"
#include "libs/flow/inbox.h"
#include "libs/flow/pipe.h"
#include "libs/rpc/batch.h"
#include "libs/rpc/status.h"
#include "libs/rpc/stream_pipe.h"
#include "libs/rpc/write_queue.h"

namespace relayfleet::rpc {

// A bidirectional call, made, as the end of a pipe (`Wire`: stage_convert.h). Reactions only
// decode and enqueue. on_closed gets the call's status after all that came before it.
//
// Close(OK) half-closes the call after what was sent. gRPC has no words for another status of a
// client: it cancels the call at once, the peer's on_closed gets CANCELLED, and what was on the
// way may be lost. The call owns its reactor while it runs.
template <typename Wire>
class ClientStream final
    : public grpc::ClientBidiReactor<typename Wire::Request, typename Wire::Response>,
      public Stream<typename Wire::Up, typename Wire::Down>,
      public std::enable_shared_from_this<ClientStream<Wire>> {
 public:
  using Up = typename Wire::Up;
  using Down = typename Wire::Down;
  using Reactor = grpc::ClientBidiReactor<typename Wire::Request, typename Wire::Response>;
  // Binds the reactor to a call: stub->async()->Method(context, reactor).
  using Dial = absl::AnyInvocable<void(grpc::ClientContext*, Reactor*)>;

  // `dial` is kept while the call runs.
  explicit ClientStream(Dial dial) : dial_(std::move(dial)) {}

  // Starts the call and begins to read.
  void Begin();

  void Send(Up message) override { Perform(writes_.Push(std::move(message))); }
  void Hold() override { writes_.Hold(); }
  void Release() override { Perform(writes_.Release()); }
  void Close(absl::Status status) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  using Writes = WriteQueue<Up>;

  void Perform(typename Writes::Action action);
  void CutOffAfterGrace();

  Dial dial_;
  grpc::ClientContext context_;
  Writes writes_{Wire::PayloadBytes};
  typename Wire::Response response_;  // being read
  base::Mutex mutex_;
  typename Wire::Request request_ ABSL_GUARDED_BY(mutex_);  // being written
  grpc::Alarm grace_ ABSL_GUARDED_BY(mutex_);
  bool grace_runs_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ClientStream> self_;  // until OnDone()
  grpc::Alarm release_;
};

// Makes a call and gives it as a pipe.
template <typename Wire>
std::unique_ptr<flow::Pipe<typename Wire::Up, typename Wire::Down>> DialPipe(
    typename ClientStream<Wire>::Dial dial) {
  auto stream = std::make_shared<ClientStream<Wire>>(std::move(dial));
  stream->Begin();
  return std::make_unique<StreamPipe<typename Wire::Up, typename Wire::Down>>(std::move(stream));
}

template <typename Wire>
void ClientStream<Wire>::Begin() {
  self_ = this->shared_from_this();
  this->set_inbox(std::make_shared<flow::Inbox<Down>>(kInboxLimit, [weak = this->weak_from_this()] {
    if (auto self = weak.lock()) self->StartRead(&self->response_);
  }));
  dial_(&context_, this);
  // Reads and writes begin outside reactions too: one hold for each, let go when its side ends.
  this->AddMultipleHolds(2);
  this->StartRead(&response_);
  this->StartCall();
}

template <typename Wire>
void ClientStream<Wire>::Close(absl::Status status) {
  if (status.ok()) {
    CutOffAfterGrace();
    Perform(writes_.Close(std::move(status)));
  } else {
    context_.TryCancel();  // Also frees a write that is stuck.
    Perform(writes_.Abort(std::move(status)));
  }
}

template <typename Wire>
void ClientStream<Wire>::OnReadDone(bool ok) {
  if (!ok) {
    // The call is over, or as good as: its status follows in OnDone.
    Perform(writes_.Abort(absl::CancelledError("the call is over")));
    this->RemoveHold();
    return;
  }
  absl::StatusOr<std::vector<Down>> messages = DecodeBatch<Wire, Down>(std::move(response_));
  if (!messages.ok()) {
    this->inbox()->End(messages.status());
    context_.TryCancel();
    this->StartRead(&response_);  // Until it fails, as ever.
  } else if (this->inbox()->Push(*std::move(messages))) {
    this->StartRead(&response_);
  }
}

template <typename Wire>
void ClientStream<Wire>::OnWriteDone(bool /*ok*/) {
  Perform(writes_.WriteDone());
}

template <typename Wire>
void ClientStream<Wire>::OnDone(const grpc::Status& status) {
  this->inbox()->End(FromGrpc(status));
  {
    base::MutexLock lock(&mutex_);
    grace_runs_ = true;  // Nothing is left to cut off.
    grace_.Cancel();
  }
  // The last owner of a channel must not go on gRPC's own polling thread, which the channel's end
  // would wait for. Alarms run elsewhere.
  release_.Set(absl::ToChronoTime(absl::Now()),
               [self = std::move(self_)](bool) mutable { self = nullptr; });
}

template <typename Wire>
void ClientStream<Wire>::Perform(typename Writes::Action action) {
  if (auto* write = std::get_if<typename Writes::Write>(&action)) {
    typename Wire::Request request = EncodeBatch<Wire>(write->messages);
    base::MutexLock lock(&mutex_);
    request_.Swap(&request);
    this->StartWrite(&request_);
  } else if (auto* end = std::get_if<typename Writes::End>(&action)) {
    // No cancel otherwise: the call's own status may be on its way, and a cancel would replace it.
    if (end->status.ok()) this->StartWritesDone();
    this->RemoveHold();
  }
}

template <typename Wire>
void ClientStream<Wire>::CutOffAfterGrace() {
  base::MutexLock lock(&mutex_);
  if (std::exchange(grace_runs_, true)) return;
  grace_.Set(absl::ToChronoTime(absl::Now() + kCloseGrace),
             [weak = this->weak_from_this()](bool expired) {
               if (auto self = weak.lock(); expired && self != nullptr) self->context_.TryCancel();
             });
}

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_CLIENT_PIPE_H_
