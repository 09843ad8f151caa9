// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/forward/bidi.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "libs/base/mutex.h"
#include "services/gateway/upstream_status.h"

namespace relayfleet::gateway {
namespace {

using grpc::ByteBuffer;

class Down;

// The callee's side: a client stream.
class Up final : public grpc::ClientBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Up(std::unique_ptr<grpc::ClientContext> context, std::shared_ptr<Down> down)
      : context_(std::move(context)), down_(std::move(down)) {}

  grpc::ClientContext* context() { return context_.get(); }
  void Begin();
  // One at a time, until OnWriteDone. Of no effect once the callee has ended the call.
  void Send(ByteBuffer message);
  void HalfClose();
  // Reads the next message, or, as no further one can be passed on, lets the call end.
  void Receive() { StartRead(&incoming_); }
  void EndReceiving() { RemoveHold(); }
  void Cancel() { context_->TryCancel(); }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  // Holds the call open for one operation, unless sending is over.
  bool HoldForSend();
  // Lets the call end. What is being sent ends by itself.
  void EndSending();

  const std::unique_ptr<grpc::ClientContext> context_;
  // Until OnDone, so that each side finds the other alive.
  std::shared_ptr<Down> down_;
  ByteBuffer incoming_;
  ByteBuffer outgoing_;
  base::Mutex mutex_;
  bool sending_ ABSL_GUARDED_BY(mutex_) = true;
};

// The caller's side: a server stream. Held by itself until gRPC's OnDone, and by Up until its own.
class Down final : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  explicit Down(CallMeter meter) : meter_(std::move(meter)) {}

  void Begin(std::shared_ptr<Down> self, std::unique_ptr<Up> up) {
    self_ = std::move(self);
    up_ = std::move(up);
    up_->Begin();
    StartRead(&incoming_);
  }
  void Send(ByteBuffer message) {
    meter_.OnAnswer();
    outgoing_.Swap(&message);
    StartWrite(&outgoing_);
  }
  void Receive() { StartRead(&incoming_); }
  void End(const grpc::Status& status) {
    meter_.Done(status);
    Finish(FromUpstream(status));
  }

  void OnReadDone(bool ok) override {
    if (!ok) return up_->HalfClose();
    // The first message opens the stream, the others are pictures.
    if (std::exchange(opened_, true)) meter_.OnFrame();
    up_->Send(std::exchange(incoming_, ByteBuffer()));
  }
  // A caller that takes no more has gone or is cancelled; then OnCancel follows.
  void OnWriteDone(bool ok) override { ok ? up_->Receive() : up_->EndReceiving(); }
  void OnCancel() override { up_->Cancel(); }
  void OnDone() override { self_ = nullptr; }

 private:
  CallMeter meter_;
  std::shared_ptr<Down> self_;
  std::unique_ptr<Up> up_;
  bool opened_ = false;
  ByteBuffer incoming_;
  ByteBuffer outgoing_;
};

void Up::Begin() {
  // Sends and reads come from the other side's reactions. EndSending() takes one hold back; the
  // other goes with the last read, or the one that never comes (EndReceiving()).
  AddMultipleHolds(2);
  StartCall();
  StartRead(&incoming_);
}

bool Up::HoldForSend() {
  base::MutexLock lock(&mutex_);
  if (sending_) AddHold();
  return sending_;
}

void Up::EndSending() {
  {
    base::MutexLock lock(&mutex_);
    if (!std::exchange(sending_, false)) return;
  }
  RemoveHold();
}

void Up::Send(ByteBuffer message) {
  if (!HoldForSend()) return;
  outgoing_.Swap(&message);
  StartWrite(&outgoing_);
  RemoveHold();
}

void Up::HalfClose() {
  if (!HoldForSend()) return;
  StartWritesDone();
  EndSending();
  RemoveHold();
}

// The last read fails when the callee has ended the call.
void Up::OnReadDone(bool ok) {
  if (ok) return down_->Send(std::exchange(incoming_, ByteBuffer()));
  EndSending();
  EndReceiving();
}

void Up::OnWriteDone(bool ok) {
  if (ok) return down_->Receive();
  EndSending();
}

void Up::OnDone(const grpc::Status& status) {
  const std::shared_ptr<Down> down = std::exchange(down_, nullptr);
  down->End(status);
}

}  // namespace

grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* StartForwardingBidi(
    const char* method, std::unique_ptr<grpc::ClientContext> context, CallMeter meter,
    grpc::GenericStub* stub) {
  auto down = std::make_shared<Down>(std::move(meter));
  auto up = std::make_unique<Up>(std::move(context), down);
  stub->PrepareBidiStreamingCall(up->context(), method, grpc::StubOptions(), up.get());
  Down* const reactor = down.get();
  reactor->Begin(std::move(down), std::move(up));
  return reactor;
}

}  // namespace relayfleet::gateway
