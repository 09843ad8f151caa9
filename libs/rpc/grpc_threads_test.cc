// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/grpc_threads.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"
#include "libs/base/mutex.h"

namespace relayfleet::rpc {
namespace {

// Calls that gRPC refuses at once; their reactions are what is looked at. One thread.
class Caller {
 public:
  void Call(std::function<void()> reaction) {
    Running& call = calls_.emplace_back();
    grpc::GenericStub(channel_).UnaryCall(
        &call.context, "/a/b", grpc::StubOptions(), &call.request, &call.response,
        [reaction = std::move(reaction)](const grpc::Status&) { reaction(); });
  }

 private:
  struct Running {
    grpc::ClientContext context;
    grpc::Slice nothing;
    grpc::ByteBuffer request{&nothing, 1};
    grpc::ByteBuffer response;
  };
  std::shared_ptr<grpc::Channel> channel_ = grpc::CreateChannel("nowhere", nullptr);
  std::deque<Running> calls_;  // They hold the channel, which must not end in a reaction.
};

// The threads that reactions run on, when two at a time are due.
std::set<std::thread::id> ThreadsOf(Caller& caller, int pairs) {
  base::Mutex mutex;
  std::set<std::thread::id> threads;
  for (int i = 0; i < pairs; ++i) {
    absl::Notification first;
    absl::Notification second;
    for (absl::Notification* done : {&first, &second}) {
      caller.Call([&, done] {
        {
          base::MutexLock lock(&mutex);
          threads.insert(std::this_thread::get_id());
        }
        done->Notify();
      });
    }
    first.WaitForNotification();
    second.WaitForNotification();
  }
  base::MutexLock lock(&mutex);
  return threads;
}

TEST(GrpcThreads, LeavesHalfOfThemAndThoseGoOnReacting) {
  const GrpcThreads threads;
  Caller caller;
  // Those that come first may meet a thread that is not held yet.
  ThreadsOf(caller, 50);
  const size_t all = std::min(std::max(std::thread::hardware_concurrency() / 2, 2U), 16U);
  EXPECT_LE(ThreadsOf(caller, 200).size(), all - all / 2);
}

// With one thread the first reaction would wait for ever.
TEST(GrpcThreads, GivesThemBack) {
  Caller caller;
  {
    const GrpcThreads threads;
  }
  absl::Notification second_ran;
  absl::Notification first_ran;
  caller.Call([&] {
    second_ran.WaitForNotification();
    first_ran.Notify();
  });
  caller.Call([&] { second_ran.Notify(); });
  first_ran.WaitForNotification();
}

TEST(GrpcThreads, ComesAndGoesAgainAndAgain) {
  for (int i = 0; i < 100; ++i) {
    const GrpcThreads threads;
    Caller caller;
    absl::Notification ran;
    caller.Call([&ran] { ran.Notify(); });
    ran.WaitForNotification();
  }
}

}  // namespace
}  // namespace relayfleet::rpc
