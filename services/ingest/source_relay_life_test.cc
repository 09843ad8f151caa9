// SPDX-License-Identifier: Apache-2.0

// How relays of sources live: reconnects, ends, failures and updates.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "services/ingest/testing/source_relay_fixture.h"

namespace relayfleet::ingest::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(SourceRelayTest, TheStreamGoesOnAfterAReconnect) {
  Make();
  Info({H264()});
  Gop(3);
  End(absl::UnavailableError("connection reset"));
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RECOVERING);
  EXPECT_EQ(Status().last_error(), "source: connection reset");
  EXPECT_TRUE(Status().has_next_try());
  Advance(absl::Milliseconds(500));
  Info({H264()});
  pts_ = 0;
  Gop(3);
  EXPECT_EQ(publish_.sessions(), 1);
  EXPECT_THAT(Announced(), SizeIs(1));
  ASSERT_THAT(publish_.Packets(), SizeIs(8));
  const int64_t gap = publish_.Packets()[4].pts - publish_.Packets()[3].pts;
  EXPECT_NEAR(gap, 0.533 * 90000, 90);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
  EXPECT_EQ(Status().source_restarts(), 1u);
}

TEST_F(SourceRelayTest, WrongCredentialsFailItUntilItsSpecChanges) {
  Make();
  for (int i = 0; i < 3; ++i) {
    End(absl::UnauthenticatedError("401 Unauthorized"));
    Advance(absl::Seconds(1));
  }
  EXPECT_EQ(script_.opened, 3);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_FAILED);
  EXPECT_EQ(Status().last_error(), "source: 401 Unauthorized");
  EXPECT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  publish_.CloseInOrder();
  Advance(absl::Seconds(100));
  EXPECT_EQ(script_.opened, 3);
  Update(Spec({}));
  EXPECT_EQ(script_.opened, 4);
  OpenPublish();
  Info({H264()});
  Gop(1);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
}

TEST_F(SourceRelayTest, AtTheEndOfItsSourceItStops) {
  Make();
  Info({H264()});
  Gop(3);
  End(absl::OkStatus());
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STOPPED);
  ASSERT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  EXPECT_FALSE(publish_.Heard<flow::PublishClose>()[0].handover);
  EXPECT_EQ(script_.open, 0);
}

TEST_F(SourceRelayTest, AnUpdateOnTheSamePathKeepsTheSessionAndTheLine) {
  Make();
  Info({H264()});
  Gop(3);
  const auto before = publish_.Packets().back();
  Update(Spec({.mode = OutputMode::kCopy}));
  EXPECT_EQ(script_.open, 1);
  Info({H264()});
  pts_ = 0;
  Gop(1);
  EXPECT_EQ(publish_.sessions(), 1);
  EXPECT_THAT(Announced(), SizeIs(1));
  EXPECT_GT(publish_.Packets().back().dts, before.dts);
  EXPECT_EQ(publish_.Packets().back().seq, before.seq + 2);
}

TEST_F(SourceRelayTest, AnUpdateGoesOnBehindALineThatIsAhead) {
  Make();
  Info({H264()});
  // What a server has kept, 2 s at once.
  for (int i = 0; i <= 60; ++i) Packet(i == 0 ? KeyUnit() : DeltaUnit(), i == 0, i * kFrame);
  WriteAll();
  const int64_t last = publish_.Packets().back().dts;
  Update(Spec({.mode = OutputMode::kCopy}));
  Info({H264()});
  Gop(1);
  const auto packets = publish_.Packets();
  EXPECT_GT(packets[packets.size() - 2].dts, last);
  EXPECT_EQ(packets.back().dts - packets[packets.size() - 2].dts, kFrame);
}

TEST_F(SourceRelayTest, AnUpdateEndsTheOldSourceBeforeTheNewOneIsOpened) {
  Make();
  script_.on_open = [this] { EXPECT_EQ(script_.open, 0); };
  Update(Spec({}));
  EXPECT_EQ(script_.opened, 2);
}

TEST_F(SourceRelayTest, AnUpdateOfThePathBeginsASessionThere) {
  Make();
  Info({H264()});
  Gop(3);
  const auto before = publish_.Packets().back();
  Update(Spec({}, "other"));
  EXPECT_EQ(publish_.sessions(), 2);
  EXPECT_EQ(publish_.Heard<flow::PublishOpen>()[0].path, "other");
  OpenPublish();
  Info({H264()});
  Gop(1);
  EXPECT_EQ(publish_.Packets().back().seq, before.seq + 2);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
}

TEST_F(SourceRelayTest, ASourceWithoutAnythingToShowFails) {
  Make();
  Info({});
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_FAILED);
  EXPECT_EQ(Status().last_error(), "source: it has neither video nor audio");
}

TEST_F(SourceRelayTest, LostAndNotesShowInItsStatus) {
  Make();
  Info({H264()});
  Gop(0);
  script_.say.on_lost(4);
  script_.say.on_note("TCP was refused, UDP is used");
  EXPECT_EQ(Status().source_lost(), 4u);
  EXPECT_THAT(Status().source_info(), HasSubstr("; TCP was refused, UDP is used"));
}

TEST_F(SourceRelayTest, TakesNoPushedPictures) {
  Make();
  std::vector<PushOutcome> answers;
  relay_->Offer({.jpeg = media::MakePayload("jpeg"),
                 .done = [&](const PushResult& result) { answers.push_back(result.outcome); }});
  Run();
  EXPECT_THAT(answers, ElementsAre(PushOutcome::kFailed));
}

TEST_F(SourceRelayTest, PushedUnitsAreASourceToo) {
  relay_ = Relay::Start({.key = "pipe", .spec = {.source = AnnexbSpec(), .path = "pipe"}},
                        runtime_.NewStrand(), {to_transcode_, to_publish_}, observer_);
  Run();
  OpenPublish();
  std::vector<UnitOutcome> answers;
  const auto push = [&](std::string unit) {
    relay_->OfferUnit({.annexb = media::MakePayload(std::move(unit)),
                       .arrival_time = runtime_.clock().Wall(),
                       .arrival_mono = runtime_.clock().Monotonic(),
                       .done = [&](UnitOutcome outcome) { answers.push_back(outcome); }});
    Run();
  };
  for (const std::string& unit : {DeltaUnit(), std::string("noise"), KeyUnit(), DeltaUnit()}) {
    push(unit);
    Advance(absl::Milliseconds(40));
  }
  EXPECT_THAT(answers, ElementsAre(UnitOutcome::kDropped, UnitOutcome::kDropped,
                                   UnitOutcome::kTaken, UnitOutcome::kTaken));
  ASSERT_THAT(publish_.Packets(), SizeIs(2));
  EXPECT_EQ(publish_.Packets()[1].pts - publish_.Packets()[0].pts, 3600);
  WriteAll();
  Advance(absl::Seconds(6));
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STALE);
}

}  // namespace
}  // namespace relayfleet::ingest::testing
