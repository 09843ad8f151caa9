// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/forward/down.h"

#include <utility>

#include "services/gateway/upstream_status.h"

namespace relayfleet::gateway {
namespace {

using grpc::ByteBuffer;

class Caller;

// The callee's side: a client stream, which gRPC's generic stub has as a bidirectional one only.
class Callee final : public grpc::ClientBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Callee(std::unique_ptr<grpc::ClientContext> context, const ByteBuffer& request,
         std::shared_ptr<Caller> caller)
      : context_(std::move(context)), request_(request), caller_(std::move(caller)) {}

  grpc::ClientContext* context() { return context_.get(); }
  void Begin() {
    // Reads come from the other side's reactions; the hold goes with the last one.
    AddHold();
    StartCall();
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&incoming_);
  }
  // Reads the next message, or, as no further one can be passed on, lets the call end.
  void Receive() { StartRead(&incoming_); }
  void EndReceiving() { RemoveHold(); }
  void Cancel() { context_->TryCancel(); }

  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  const std::unique_ptr<grpc::ClientContext> context_;
  ByteBuffer request_;
  ByteBuffer incoming_;
  // Until OnDone, so that each side finds the other alive.
  std::shared_ptr<Caller> caller_;
};

// The caller's side: a server stream. Held by itself until gRPC's OnDone, and by Callee until its
// own.
class Caller final : public grpc::ServerWriteReactor<ByteBuffer> {
 public:
  explicit Caller(CallMeter meter) : meter_(std::move(meter)) {}

  void Begin(std::shared_ptr<Caller> self, std::unique_ptr<Callee> callee) {
    self_ = std::move(self);
    callee_ = std::move(callee);
    callee_->Begin();
  }
  void Send(ByteBuffer message) {
    outgoing_.Swap(&message);
    StartWrite(&outgoing_);
  }
  void End(const grpc::Status& status) {
    meter_.Done(status);
    Finish(FromUpstream(status));
  }

  // A caller that takes no more has gone or is cancelled; then OnCancel follows.
  void OnWriteDone(bool ok) override { ok ? callee_->Receive() : callee_->EndReceiving(); }
  void OnCancel() override { callee_->Cancel(); }
  void OnDone() override { self_ = nullptr; }

 private:
  CallMeter meter_;
  std::shared_ptr<Caller> self_;
  std::unique_ptr<Callee> callee_;
  ByteBuffer outgoing_;
};

// The last read fails when the callee has ended the call.
void Callee::OnReadDone(bool ok) {
  if (ok) return caller_->Send(std::exchange(incoming_, ByteBuffer()));
  EndReceiving();
}

void Callee::OnDone(const grpc::Status& status) {
  const std::shared_ptr<Caller> caller = std::exchange(caller_, nullptr);
  caller->End(status);
}

}  // namespace

grpc::ServerWriteReactor<ByteBuffer>* StartForwardingDown(
    const char* method, std::unique_ptr<grpc::ClientContext> context, CallMeter meter,
    const ByteBuffer& request, grpc::GenericStub* stub) {
  auto caller = std::make_shared<Caller>(std::move(meter));
  auto callee = std::make_unique<Callee>(std::move(context), request, caller);
  stub->PrepareBidiStreamingCall(callee->context(), method, grpc::StubOptions(), callee.get());
  Caller* const reactor = caller.get();
  reactor->Begin(std::move(caller), std::move(callee));
  return reactor;
}

}  // namespace relayfleet::gateway
