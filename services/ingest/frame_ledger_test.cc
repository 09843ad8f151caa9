// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/frame_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FrameLedgerTest : public ::testing::Test, public FrameLedger::Observer {
 protected:
  void OnFrameEnd(PushOutcome outcome, absl::Duration) override { ends_.push_back(outcome); }

  Push NewPush(PushOutcome wait_for) {
    Push push;
    push.arrival_mono = runtime_.clock().Monotonic();
    push.wait_for = wait_for;
    push.done = [this](PushResult result) { answers_.push_back(result.outcome); };
    return push;
  }

  base::testing::FakeRuntime runtime_;
  std::vector<PushOutcome> ends_;
  std::vector<PushOutcome> answers_;
  FrameLedger ledger_{runtime_.clock(), *this};
};

TEST_F(FrameLedgerTest, AnswersAtTheStageAskedFor) {
  ledger_.Accept(1, NewPush(PushOutcome::kAccepted));
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kAccepted));
  ledger_.Accept(2, NewPush(PushOutcome::kEncoded));
  EXPECT_TRUE(ledger_.Encoded(2, 10));
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kAccepted, PushOutcome::kEncoded));
  ledger_.Accept(3, NewPush(PushOutcome::kWritten));
  ledger_.Encoded(3, 11);
  ledger_.Written(11, 11);
  EXPECT_THAT(answers_,
              ElementsAre(PushOutcome::kAccepted, PushOutcome::kEncoded, PushOutcome::kWritten));
}

TEST_F(FrameLedgerTest, EveryFrameEndsOnceAndAnswersOnce) {
  ledger_.Accept(1, NewPush(PushOutcome::kAccepted));
  ledger_.Encoded(1, 1);
  ledger_.Written(1, 1);
  ledger_.Written(1, 1);
  ledger_.Drop(1, PushOutcome::kFailed, "late");
  EXPECT_THAT(ends_, ElementsAre(PushOutcome::kWritten));
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kAccepted));
  EXPECT_EQ(ledger_.open(), 0u);
}

TEST_F(FrameLedgerTest, WrittenLeavesWhatIsNotEncoded) {
  ledger_.Accept(1, NewPush(PushOutcome::kWritten));
  ledger_.Accept(2, NewPush(PushOutcome::kWritten));
  ledger_.Encoded(2, 7);
  ledger_.Written(1, 9);
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kWritten));
  EXPECT_EQ(ledger_.open(), 1u);
}

TEST_F(FrameLedgerTest, OnlyTheRangeEnds) {
  for (uint64_t seq : {1, 2, 3}) {
    ledger_.Accept(seq, NewPush(PushOutcome::kWritten));
    ledger_.Encoded(seq, seq + 10);
  }
  ledger_.DropEncoded(12, 12, "dropped");
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed));
  ledger_.Written(11, 11);
  EXPECT_THAT(answers_, ElementsAre(PushOutcome::kFailed, PushOutcome::kWritten));
  EXPECT_EQ(ledger_.open(), 1u);
}

TEST_F(FrameLedgerTest, RepeatsAreNoFrames) {
  ledger_.Accept(1, NewPush(PushOutcome::kWritten));
  EXPECT_TRUE(ledger_.Encoded(1, 1));
  EXPECT_FALSE(ledger_.Encoded(1, 2));
  EXPECT_FALSE(ledger_.Encoded(99, 3));
}

TEST_F(FrameLedgerTest, DropTellsWhy) {
  PushResult seen;
  Push push = NewPush(PushOutcome::kEncoded);
  push.done = [&](PushResult result) { seen = std::move(result); };
  ledger_.Accept(1, std::move(push));
  runtime_.Advance(absl::Milliseconds(7));
  ledger_.Drop(1, PushOutcome::kBadImage, "not a JPEG");
  EXPECT_EQ(seen.outcome, PushOutcome::kBadImage);
  EXPECT_EQ(seen.detail, "not a JPEG");
  EXPECT_EQ(seen.latency, absl::Milliseconds(7));
}

TEST_F(FrameLedgerTest, DestructionFailsWhatIsOpen) {
  std::vector<PushOutcome> answers;
  {
    FrameLedger ledger(runtime_.clock(), *this);
    Push push = NewPush(PushOutcome::kWritten);
    push.done = [&](PushResult result) { answers.push_back(result.outcome); };
    ledger.Accept(1, std::move(push));
    EXPECT_THAT(answers, IsEmpty());
  }
  EXPECT_THAT(answers, ElementsAre(PushOutcome::kFailed));
  EXPECT_THAT(ends_, ElementsAre(PushOutcome::kFailed));
}

}  // namespace
}  // namespace relayfleet::ingest
