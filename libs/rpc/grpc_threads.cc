// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/grpc_threads.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpc/support/cpu.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"
#include "libs/base/mutex.h"

namespace relayfleet::rpc {
namespace {

// gRPC's threads fall asleep after a second without an event.
constexpr absl::Duration kAwake = absl::Milliseconds(400);

// As many as gRPC 1.51 starts (src/cpp/common/completion_queue_cc.cc). Never all of them may be
// held: then nothing would move.
unsigned Threads() { return std::clamp(gpr_cpu_num_cores() / 2, 2U, 16U); }

}  // namespace

// Calls that fail at once, without a socket, to be told so by one of gRPC's threads: the way to
// get hold of one.
class GrpcThreads::Nowhere {
 public:
  // A channel without credentials is one that refuses every call.
  Nowhere() : channel_(grpc::CreateChannel("nowhere", nullptr)) {}

  // Runs `reaction` on one of gRPC's threads.
  void Call(std::function<void()> reaction);
  // Keeps the calling thread until Stop(); meanwhile it keeps another one awake.
  void Hold();
  // Lets all go and waits for them.
  void Stop();

 private:
  struct Running {
    grpc::Slice nothing;
    grpc::ByteBuffer request{&nothing, 1};
    grpc::ByteBuffer response;
    std::unique_ptr<grpc::ClientContext> context = std::make_unique<grpc::ClientContext>();
  };
  // Shared with reactions, which may still be leaving when this goes.
  struct State {
    base::Mutex mutex;
    base::CondVar changed;
    bool stopping ABSL_GUARDED_BY(mutex) = false;
    int running ABSL_GUARDED_BY(mutex) = 0;
  };

  const std::shared_ptr<grpc::Channel> channel_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

void GrpcThreads::Nowhere::Call(std::function<void()> reaction) {
  auto call = std::make_shared<Running>();
  {
    base::MutexLock lock(&state_->mutex);
    ++state_->running;
  }
  grpc::GenericStub(channel_).UnaryCall(
      call->context.get(), "/relayfleet.Nowhere/Call", grpc::StubOptions(), &call->request,
      &call->response, [state = state_, call, reaction = std::move(reaction)](const grpc::Status&) {
        reaction();
        // Before Stop() returns: the context holds the channel, whose last owner must not go here
        // (docs/adr/0013).
        call->context = nullptr;
        base::MutexLock lock(&state->mutex);
        --state->running;
        state->changed.NotifyAll();
      });
}

void GrpcThreads::Nowhere::Hold() {
  const auto stopping = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return state_->stopping; };
  base::MutexLock lock(&state_->mutex);
  while (!state_->changed.WaitFor(&state_->mutex, kAwake, stopping)) {
    state_->mutex.Unlock();
    Call([] {});
    state_->mutex.Lock();
  }
}

void GrpcThreads::Nowhere::Stop() {
  base::MutexLock lock(&state_->mutex);
  state_->stopping = true;
  state_->changed.NotifyAll();
  state_->changed.Wait(&state_->mutex,
                       [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return state_->running == 0; });
}

GrpcThreads::GrpcThreads() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  nowhere_ = std::make_unique<Nowhere>();
  const unsigned held = Threads() / 2;
  for (unsigned i = 0; i < held; ++i) {
    nowhere_->Call([nowhere = nowhere_.get()] { nowhere->Hold(); });
  }
}

GrpcThreads::~GrpcThreads() { nowhere_->Stop(); }

}  // namespace relayfleet::rpc
