// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/publish/stage.h"
#include "services/publish/testing/stage_harness.h"

namespace relayfleet::publish {
namespace {

using testing::Caller;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kFrame;
using ::testing::Not;

class StageServerTest : public testing::StageHarness {};

TEST_F(StageServerTest, TellsOfLossAndComesBackByItself) {
  Caller* caller = Online("cam");
  server_.Close(absl::UnavailableError("connection reset"));
  EXPECT_THAT(caller->Take(), ElementsAre("lost connection reset"));
  EXPECT_FALSE(stage_->GetPath("cam")->online);
  EXPECT_EQ(stage_->GetPath("cam")->last_error, "connection reset");
  caller->SendDelta(kFrame);
  EXPECT_THAT(caller->Take(), Contains("through 2 dropped 1"));
  runtime_.Advance(absl::Milliseconds(500));
  EXPECT_THAT(caller->Take(),
              ElementsAre("online rtsp://127.0.0.1:8554/cam", "need key connected"));
  caller->SendKey(2 * kFrame);
  EXPECT_THAT(caller->Take(), Contains("through 3 dropped 1"));
  EXPECT_EQ(stage_->GetPath("cam")->sessions, 2u);
}

TEST_F(StageServerTest, SaysThatThePathIsTaken) {
  Caller* caller = Online("cam");
  for (int i = 0; i < 2; ++i) {
    caller->Take();
    server_.Close(absl::UnavailableError("closed by the server"));
    runtime_.RunReady();
    if (i == 0) runtime_.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(caller->Take(), ElementsAre("lost closed by the server taken"));
  EXPECT_THAT(Open("cam", 2)->Take(), Contains("lost closed by the server taken"));
}

TEST_F(StageServerTest, AServerThatCameBackIsTriedAtOnce) {
  Caller* caller = Online("cam");
  server_.Close(absl::UnavailableError("gone"));
  caller->Take();
  stage_->OnServerUp();
  EXPECT_THAT(caller->Take(), Contains("online rtsp://127.0.0.1:8554/cam"));
}

TEST_F(StageServerTest, AReaderGetsAKeyAndManyAtMostFourASecond) {
  Caller* caller = Online("cam");
  stage_->OnReader("cam");
  EXPECT_THAT(caller->Take(), ElementsAre("need key reader"));
  for (int i = 0; i < 100; ++i) {
    stage_->OnReader("cam");
    runtime_.Advance(absl::Milliseconds(10));
  }
  EXPECT_LE(caller->Take().size(), 4u);
  stage_->OnReader("other");
  runtime_.Advance(absl::Seconds(1));
  caller->Take();
}

TEST_F(StageServerTest, NotifiedOfReadersItAsksForNoPeriodicKeys) {
  Caller* caller = Online("cam");
  runtime_.Advance(absl::Seconds(10));
  EXPECT_THAT(caller->Take(), IsEmpty());
}

TEST_F(StageServerTest, TheApisAnswersShowInOnline) {
  Caller* caller = Online("cam");
  EXPECT_THAT(watched_, ElementsAre("rtsp://127.0.0.1:8554"));
  watch_.on_reachable(true);
  EXPECT_THAT(caller->Take(), ElementsAre("online rtsp://127.0.0.1:8554/cam api"));
  watch_.on_reachable(false);
  EXPECT_THAT(caller->Take(), ElementsAre("online rtsp://127.0.0.1:8554/cam"));
}

TEST_F(StageServerTest, AReaderThatTheNotifierToldOfIsNotCountedTwice) {
  Caller* caller = Online("cam");
  stage_->OnReader("cam");
  watch_.on_reader("cam");
  runtime_.Advance(absl::Seconds(1));
  EXPECT_THAT(caller->Take(), ElementsAre("need key reader"));
}

TEST_F(StageServerTest, AReaderThatIsSeenOnAWatchedServerGetsAKey) {
  Caller* caller = Open("cam", 1, "rtsp://other:9000");
  caller->SendInfo();
  caller->SendKey(0);
  caller->Take();
  watch_.on_reader("cam");
  EXPECT_THAT(caller->Take(), Contains("need key reader"));
}

TEST_F(StageServerTest, WithoutNewsOfReadersAKeyIsAskedForEachSecond) {
  Caller* caller = Open("cam", 1, "rtsp://other:9000");
  caller->SendInfo();
  caller->SendKey(0);
  caller->Take();
  runtime_.Advance(absl::Milliseconds(999));
  EXPECT_THAT(caller->Take(), Not(Contains("need key periodic")));
  runtime_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(caller->Take(), Contains("need key periodic"));
  runtime_.Advance(absl::Seconds(3));
  EXPECT_EQ(caller->Take().size(), 3u);
  watch_.on_reachable(true);  // now they can be observed
  caller->Take();
  runtime_.Advance(absl::Seconds(3));
  EXPECT_THAT(caller->Take(), IsEmpty());
}

}  // namespace
}  // namespace relayfleet::publish
