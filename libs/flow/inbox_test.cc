// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/inbox.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An inbox that asks for a pause from three messages on, and records.
struct InboxTest : ::testing::Test {
  void Start() {
    inbox->Start(
        runtime.NewStrand(), [this](int value) { got.push_back(value); },
        [this](absl::Status status) { closed.push_back(status.code()); });
  }

  base::testing::FakeRuntime runtime;
  int room_calls = 0;
  std::vector<int> got;
  std::vector<absl::StatusCode> closed;
  std::shared_ptr<Inbox<int>> inbox = std::make_shared<Inbox<int>>(3, [this] { ++room_calls; });
};

TEST_F(InboxTest, AsksForAPauseAndSaysWhenThereIsRoom) {
  EXPECT_TRUE(inbox->Push(1));
  EXPECT_TRUE(inbox->Push(2));
  EXPECT_FALSE(inbox->Push(3));
  EXPECT_EQ(room_calls, 0);
  Start();
  runtime.RunReady();
  EXPECT_EQ(room_calls, 1);
  EXPECT_THAT(got, ElementsAre(1, 2, 3));
}

TEST_F(InboxTest, ABatchIsOneTask) {
  Start();
  for (int i = 0; i < 3; ++i) inbox->Push(i);
  EXPECT_EQ(runtime.pending(), 1);
}

TEST_F(InboxTest, CancelMakesRoom) {
  for (int i = 0; i < 3; ++i) inbox->Push(i);
  inbox->Cancel();
  EXPECT_EQ(room_calls, 1);
}

TEST_F(InboxTest, CancelInsideTheHandlerStopsTheBatch) {
  inbox->Start(
      runtime.NewStrand(),
      [this](int value) {
        got.push_back(value);
        inbox->Cancel();
      },
      [this](absl::Status status) { closed.push_back(status.code()); });
  inbox->Push(1);
  inbox->Push(2);
  inbox->End(absl::OkStatus());
  runtime.RunReady();
  EXPECT_THAT(got, ElementsAre(1));
  EXPECT_THAT(closed, IsEmpty());
}

TEST_F(InboxTest, TheFirstEndCounts) {
  Start();
  inbox->End(absl::AbortedError("first"));
  inbox->End(absl::OkStatus());
  EXPECT_TRUE(inbox->Push(1));
  runtime.RunReady();
  EXPECT_THAT(closed, ElementsAre(absl::StatusCode::kAborted));
  EXPECT_THAT(got, IsEmpty());
}

TEST_F(InboxTest, WhatTheHandlerOwnsDiesWithTheEnd) {
  auto owned = std::make_shared<int>(1);
  inbox->Start(runtime.NewStrand(), [owned](int) {}, [owned](const absl::Status&) {});
  inbox->End(absl::OkStatus());
  runtime.RunReady();
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(InboxTest, ADeadInboxLeavesItsTasksHarmless) {
  Start();
  inbox->Push(1);
  inbox = nullptr;
  runtime.RunReady();
  EXPECT_THAT(got, IsEmpty());
}

}  // namespace
}  // namespace relayfleet::flow
