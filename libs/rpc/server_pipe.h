// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_SERVER_PIPE_H_
#define RELAYFLEET_LIBS_RPC_SERVER_PIPE_H_

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "libs/base/mutex.h"
#include "libs/flow/inbox.h"
#include "libs/flow/pipe.h"
#include "libs/rpc/batch.h"
#include "libs/rpc/status.h"
#include "libs/rpc/stream_pipe.h"
#include "libs/rpc/write_queue.h"

namespace relayfleet::rpc {

// A bidirectional call, served, as the end of a pipe (`Wire`: stage_convert.h). Reactions only
// decode and enqueue. The peer's half-close is OK for on_closed, a broken or cancelled call is
// CANCELLED; both are told when the call is over, since only then gRPC knows which it was. A
// message that does not decode ends the call, both sides hear why. It owns itself while the call
// runs.
template <typename Wire>
class ServerStream final
    : public grpc::ServerBidiReactor<typename Wire::Request, typename Wire::Response>,
      public Stream<typename Wire::Down, typename Wire::Up>,
      public std::enable_shared_from_this<ServerStream<Wire>> {
 public:
  using Up = typename Wire::Up;
  using Down = typename Wire::Down;

  // `context`: of the call.
  explicit ServerStream(grpc::CallbackServerContext* context) : context_(context) {}

  // Begins to read.
  void Begin();

  void Send(Down message) override { Perform(writes_.Push(std::move(message))); }
  void Hold() override { writes_.Hold(); }
  void Release() override { Perform(writes_.Release()); }
  void Close(absl::Status status) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  using Writes = WriteQueue<Down>;
  enum class Reading { kYes, kPaused, kStopped };

  void Perform(typename Writes::Action action);
  void Resume();
  // Ends the call: sends `status` when a write under way is done.
  void Abort(absl::Status status);
  void CutOffAfterGrace();

  Writes writes_{Wire::PayloadBytes};
  typename Wire::Request request_;  // being read
  base::Mutex mutex_;
  typename Wire::Response response_ ABSL_GUARDED_BY(mutex_);  // being written
  grpc::Alarm grace_ ABSL_GUARDED_BY(mutex_);
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_);  // null when the call is over
  Reading reading_ ABSL_GUARDED_BY(mutex_) = Reading::kYes;
  bool grace_runs_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ServerStream> self_;  // until OnDone()
};

// Serves one call as a pipe: the reactor for gRPC, the end for a stage.
template <typename Wire>
std::pair<grpc::ServerBidiReactor<typename Wire::Request, typename Wire::Response>*,
          std::unique_ptr<flow::Pipe<typename Wire::Down, typename Wire::Up>>>
ServePipe(grpc::CallbackServerContext* context) {
  auto stream = std::make_shared<ServerStream<Wire>>(context);
  stream->Begin();
  return {stream.get(),
          std::make_unique<StreamPipe<typename Wire::Down, typename Wire::Up>>(stream)};
}

template <typename Wire>
void ServerStream<Wire>::Begin() {
  self_ = this->shared_from_this();
  this->set_inbox(std::make_shared<flow::Inbox<Up>>(kInboxLimit, [weak = this->weak_from_this()] {
    if (auto self = weak.lock()) self->Resume();
  }));
  this->StartRead(&request_);
}

template <typename Wire>
void ServerStream<Wire>::Close(absl::Status status) {
  CutOffAfterGrace();
  Perform(writes_.Close(std::move(status)));
}

template <typename Wire>
void ServerStream<Wire>::OnReadDone(bool ok) {
  if (!ok) return Abort(absl::OkStatus());
  absl::StatusOr<std::vector<Up>> messages = DecodeBatch<Wire, Up>(std::move(request_));
  if (!messages.ok()) {
    this->inbox()->End(messages.status());
    return Abort(messages.status());
  }
  {
    base::MutexLock lock(&mutex_);
    // Before the push: room may be told before it returns.
    if (reading_ == Reading::kYes) reading_ = Reading::kPaused;
  }
  if (this->inbox()->Push(*std::move(messages))) Resume();
}

template <typename Wire>
void ServerStream<Wire>::Resume() {
  // Under the lock: once the call ends, no read may begin.
  base::MutexLock lock(&mutex_);
  if (reading_ != Reading::kPaused) return;
  reading_ = Reading::kYes;
  this->StartRead(&request_);
}

template <typename Wire>
void ServerStream<Wire>::OnWriteDone(bool /*ok*/) {
  Perform(writes_.WriteDone());
}

template <typename Wire>
void ServerStream<Wire>::OnCancel() {
  {
    base::MutexLock lock(&mutex_);
    cancelled_ = true;
  }
  Abort(absl::CancelledError("the call was cancelled"));
}

template <typename Wire>
void ServerStream<Wire>::OnDone() {
  bool cancelled = false;
  {
    base::MutexLock lock(&mutex_);
    context_ = nullptr;
    cancelled = cancelled_;
    grace_.Cancel();
  }
  this->inbox()->End(cancelled ? absl::CancelledError("the call broke or was cancelled")
                               : absl::OkStatus());
  const auto self = std::move(self_);
}

template <typename Wire>
void ServerStream<Wire>::Perform(typename Writes::Action action) {
  if (auto* write = std::get_if<typename Writes::Write>(&action)) {
    typename Wire::Response response = EncodeBatch<Wire>(write->messages);
    base::MutexLock lock(&mutex_);
    response_.Swap(&response);
    this->StartWrite(&response_);
  } else if (auto* end = std::get_if<typename Writes::End>(&action)) {
    {
      base::MutexLock lock(&mutex_);
      reading_ = Reading::kStopped;
    }
    this->Finish(ToGrpc(end->status));
  }
}

template <typename Wire>
void ServerStream<Wire>::Abort(absl::Status status) {
  CutOffAfterGrace();
  Perform(writes_.Abort(std::move(status)));
}

template <typename Wire>
void ServerStream<Wire>::CutOffAfterGrace() {
  base::MutexLock lock(&mutex_);
  if (std::exchange(grace_runs_, true) || context_ == nullptr) return;
  const auto cut_off = [weak = this->weak_from_this()](bool expired) {
    auto self = weak.lock();
    if (!expired || self == nullptr) return;
    base::MutexLock lock(&self->mutex_);
    if (self->context_ != nullptr) self->context_->TryCancel();
  };
  grace_.Set(absl::ToChronoTime(absl::Now() + kCloseGrace), cut_off);
}

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_SERVER_PIPE_H_
