// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/write_queue.h"

#include <variant>

#include "gtest/gtest.h"

namespace relayfleet::rpc {
namespace {

using Queue = WriteQueue<int>;

bool IsNothing(const Queue::Action& action) {
  return std::holds_alternative<Queue::Nothing>(action);
}
int Written(const Queue::Action& action) { return std::get<Queue::Write>(action).message; }
absl::Status Ended(const Queue::Action& action) { return std::get<Queue::End>(action).status; }

TEST(WriteQueue, OneWriteAtATime) {
  Queue queue;
  EXPECT_EQ(Written(queue.Push(1)), 1);
  EXPECT_TRUE(IsNothing(queue.Push(2)));
  EXPECT_TRUE(IsNothing(queue.Push(3)));
  EXPECT_EQ(Written(queue.WriteDone()), 2);
  EXPECT_EQ(Written(queue.WriteDone()), 3);
  EXPECT_TRUE(IsNothing(queue.WriteDone()));
}

TEST(WriteQueue, TheEndComesAfterWhatWaits) {
  Queue queue;
  queue.Push(1);
  queue.Push(2);
  EXPECT_TRUE(IsNothing(queue.Close(absl::AbortedError("x"))));
  EXPECT_EQ(Written(queue.WriteDone()), 2);
  EXPECT_EQ(Ended(queue.WriteDone()), absl::AbortedError("x"));
}

TEST(WriteQueue, AbortDropsWhatWaits) {
  Queue queue;
  queue.Push(1);
  queue.Push(2);
  EXPECT_TRUE(IsNothing(queue.Abort(absl::CancelledError())));
  EXPECT_EQ(Ended(queue.WriteDone()), absl::CancelledError());
}

TEST(WriteQueue, EndsOnceWithTheFirstStatus) {
  Queue queue;
  EXPECT_EQ(Ended(queue.Close(absl::OkStatus())), absl::OkStatus());
  EXPECT_TRUE(IsNothing(queue.Abort(absl::CancelledError())));
  EXPECT_TRUE(IsNothing(queue.Close(absl::AbortedError("late"))));
}

TEST(WriteQueue, TakesNothingAfterTheEnd) {
  Queue queue;
  queue.Push(1);
  queue.Close(absl::OkStatus());
  EXPECT_TRUE(IsNothing(queue.Push(2)));
  EXPECT_EQ(Ended(queue.WriteDone()), absl::OkStatus());
}

}  // namespace
}  // namespace relayfleet::rpc
