// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/publish/stage.h"
#include "services/publish/testing/stage_harness.h"

namespace relayfleet::publish {
namespace {

using testing::Caller;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kFrame;
using testing::TestPacket;

class StageMediaTest : public testing::StageHarness {};

TEST_F(StageMediaTest, PublishesFromTheFirstPictureOn) {
  Caller* caller = Open("robot/front");
  EXPECT_THAT(caller->Take(), ElementsAre("opened", "credit 8"));
  caller->SendInfo();
  caller->SendKey(0);
  EXPECT_THAT(caller->Take(), ElementsAre("online rtsp://127.0.0.1:8554/robot/front",
                                          "through 1 dropped 0", "credit 1"));
  EXPECT_THAT(server_.written(), ElementsAre("KEY 0"));
  EXPECT_EQ(server_.dialled()[0].url, "rtsp://127.0.0.1:8554/robot/front");
}

TEST_F(StageMediaTest, TellsOfEachPacketAtOnceAtThirtyFps) {
  Caller* caller = Online("cam");
  for (int i = 1; i <= 5; ++i) {
    caller->SendDelta(i * kFrame);
    EXPECT_THAT(caller->Take(), Contains(absl::StrCat("through ", i + 1, " dropped 0")));
    runtime_.Advance(absl::Milliseconds(33));
  }
}

TEST_F(StageMediaTest, GathersProgressOfPacketsThatComeTogether) {
  Caller* caller = Online("cam");
  for (int i = 1; i <= 5; ++i) caller->SendDelta(i * kFrame);
  runtime_.RunReady();
  runtime_.Advance(absl::Milliseconds(50));
  EXPECT_THAT(caller->Take(), Contains("through 6 dropped 0"));
}

TEST_F(StageMediaTest, CreditsComeBackForWrittenAndDropped) {
  Caller* caller = Open("cam");
  caller->SendInfo();
  caller->Take();
  for (int i = 0; i < 8; ++i) caller->SendDelta(i * kFrame);  // no key: all dropped
  runtime_.Advance(absl::Milliseconds(50));
  const auto got = caller->Take();
  EXPECT_THAT(got, Contains("through 8 dropped 8"));
  EXPECT_THAT(got, Contains("credit 7"));  // 250 ms at 30 fps
}

TEST_F(StageMediaTest, SoundHasCreditsAndALineOfItsOwn) {
  Caller* caller = Open("cam");
  EXPECT_THAT(caller->Take(), ElementsAre("opened", "credit 8"));
  caller->Send(
      media::Message(media::StreamInfo{.tracks = {testing::TestTrack(), testing::TestAudio()}}));
  EXPECT_THAT(caller->Take(), Contains("credit 8"));
  caller->SendKey(0);
  for (int i = 1; i <= 8; ++i) caller->SendPacket(testing::TestSound(i * 960));
  runtime_.Advance(absl::Milliseconds(50));
  EXPECT_THAT(caller->Take(), Contains("through 9 dropped 0"));
  EXPECT_EQ(server_.written().size(), 9u);
  caller->Break();
  Caller* next = Open("cam", 2);
  EXPECT_THAT(next->Take(), Contains(HasSubstr("opened resumed 0@0 1@7680 written ")));
}

TEST_F(StageMediaTest, APeerThatSendsWithoutCreditIsClosed) {
  Caller* caller = Online("cam");
  server_.Stall();
  for (int i = 1; i <= 9; ++i) caller->SendDelta(i * kFrame);
  EXPECT_THAT(caller->Take(), Contains("closed RESOURCE_EXHAUSTED"));
  server_.Flow();
}

TEST_F(StageMediaTest, GapsAreUnderstood) {
  Caller* caller = Online("cam");
  caller->Send(media::Message(media::Gap{.first = 2, .last = 4}));
  EXPECT_THAT(caller->Take(), Contains("through 4 dropped 0"));
  media::Packet packet = TestPacket(5 * kFrame, false);
  packet.seq = 5;
  caller->Send(media::Message(packet));
  runtime_.Advance(absl::Milliseconds(20));
  const auto got = caller->Take();
  EXPECT_THAT(got, Contains("need key loss"));
  EXPECT_THAT(got, Contains("through 5 dropped 1"));
}

}  // namespace
}  // namespace relayfleet::publish
