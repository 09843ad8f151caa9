// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/write_queue.h"

#include <cstddef>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

using Queue = WriteQueue<int>;

bool IsNothing(const Queue::Action& action) {
  return std::holds_alternative<Queue::Nothing>(action);
}
size_t NoPayload(const int& /*message*/) { return 0; }
std::vector<int> Written(const Queue::Action& action) {
  return std::get<Queue::Write>(action).messages;
}
absl::Status Ended(const Queue::Action& action) { return std::get<Queue::End>(action).status; }

TEST(WriteQueue, OneWriteAtATime) {
  Queue queue(NoPayload);
  EXPECT_THAT(Written(queue.Push(1)), ElementsAre(1));
  EXPECT_TRUE(IsNothing(queue.Push(2)));
  EXPECT_TRUE(IsNothing(queue.Push(3)));
  EXPECT_THAT(Written(queue.WriteDone()), ElementsAre(2, 3));
  EXPECT_TRUE(IsNothing(queue.WriteDone()));
}

TEST(WriteQueue, WhatIsSentUnderHoldGoesTogether) {
  Queue queue(NoPayload);
  queue.Hold();
  EXPECT_TRUE(IsNothing(queue.Push(1)));
  EXPECT_TRUE(IsNothing(queue.Push(2)));
  EXPECT_THAT(Written(queue.Release()), ElementsAre(1, 2));
  queue.Hold();
  EXPECT_TRUE(IsNothing(queue.WriteDone()));
  EXPECT_TRUE(IsNothing(queue.Release()));
}

TEST(WriteQueue, AnEndUnderHoldComesWhenItIsReleased) {
  Queue queue(NoPayload);
  queue.Hold();
  queue.Push(1);
  EXPECT_TRUE(IsNothing(queue.Close(absl::OkStatus())));
  EXPECT_THAT(Written(queue.Release()), ElementsAre(1));
  EXPECT_EQ(Ended(queue.WriteDone()), absl::OkStatus());
}

TEST(WriteQueue, LargeMessagesGoAloneAndManyInTurns) {
  Queue queue([](const int& message) { return message == 0 ? Queue::kMaxBatchBytes + 1 : 1; });
  EXPECT_THAT(Written(queue.Push(1)), ElementsAre(1));
  for (int message : {0, 0, 2}) EXPECT_TRUE(IsNothing(queue.Push(message)));
  EXPECT_THAT(Written(queue.WriteDone()), ElementsAre(0));
  EXPECT_THAT(Written(queue.WriteDone()), ElementsAre(0));
  for (size_t i = 0; i < Queue::kMaxBatch; ++i) queue.Push(3);
  EXPECT_THAT(Written(queue.WriteDone()), SizeIs(Queue::kMaxBatch));
  EXPECT_THAT(Written(queue.WriteDone()), ElementsAre(3));
}

TEST(WriteQueue, TheEndComesAfterWhatWaits) {
  Queue queue(NoPayload);
  queue.Push(1);
  queue.Push(2);
  EXPECT_TRUE(IsNothing(queue.Close(absl::AbortedError("x"))));
  EXPECT_THAT(Written(queue.WriteDone()), ElementsAre(2));
  EXPECT_EQ(Ended(queue.WriteDone()), absl::AbortedError("x"));
}

TEST(WriteQueue, AbortDropsWhatWaits) {
  Queue queue(NoPayload);
  queue.Push(1);
  queue.Push(2);
  EXPECT_TRUE(IsNothing(queue.Abort(absl::CancelledError())));
  EXPECT_EQ(Ended(queue.WriteDone()), absl::CancelledError());
}

TEST(WriteQueue, EndsOnceWithTheFirstStatus) {
  Queue queue(NoPayload);
  EXPECT_EQ(Ended(queue.Close(absl::OkStatus())), absl::OkStatus());
  EXPECT_TRUE(IsNothing(queue.Abort(absl::CancelledError())));
  EXPECT_TRUE(IsNothing(queue.Close(absl::AbortedError("late"))));
}

TEST(WriteQueue, TakesNothingAfterTheEnd) {
  Queue queue(NoPayload);
  queue.Push(1);
  queue.Close(absl::OkStatus());
  EXPECT_TRUE(IsNothing(queue.Push(2)));
  EXPECT_EQ(Ended(queue.WriteDone()), absl::OkStatus());
}

}  // namespace
}  // namespace relayfleet::rpc
