// SPDX-License-Identifier: Apache-2.0

#include "services/publish/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/publish/testing/stage_harness.h"

namespace relayfleet::publish {
namespace {

using testing::Caller;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kFrame;

class StageTest : public testing::StageHarness {};

TEST_F(StageTest, ALowerEpochIsRefusedAndChangesNothing) {
  Caller* owner = Online("cam", 5);
  Caller* late = Open("cam", 4);
  EXPECT_THAT(late->Take(), ElementsAre("closed FAILED_PRECONDITION"));
  owner->SendDelta(kFrame);
  EXPECT_THAT(owner->Take(), Contains("through 2 dropped 0"));
}

TEST_F(StageTest, AnEqualOrHigherEpochTakesOverTheRunningSession) {
  Caller* first = Online("cam", 5);
  Caller* second = Open("cam", 5);
  EXPECT_THAT(first->Take(), ElementsAre("superseded 5", "closed ABORTED"));
  EXPECT_THAT(second->Take(), ElementsAre("opened resumed 0@0 written 0-0", "credit 8",
                                          "online rtsp://127.0.0.1:8554/cam"));
  first->SendDelta(kFrame);  // nobody listens
  Caller* third = Open("cam", 6);
  EXPECT_THAT(second->Take(), ElementsAre("superseded 6", "closed ABORTED"));
  third->SendInfo();
  third->SendKey(2 * kFrame);
  third->Take();
  EXPECT_THAT(server_.written(), ElementsAre("KEY 6000"));
  EXPECT_EQ(server_.dialled().size(), 1u);
}

TEST_F(StageTest, TheSessionOutlivesItsCallAndIsResumed) {
  Caller* first = Online("cam", 1);
  first->SendDelta(kFrame);
  first->Take();
  first->Break();
  runtime_.Advance(absl::Seconds(7));
  EXPECT_FALSE(stage_->GetPath("cam")->attached);
  EXPECT_TRUE(stage_->GetPath("cam")->online);
  Caller* second = Open("cam", 2);
  EXPECT_THAT(second->Take(), Contains("opened resumed 0@3000 written 0-3000"));
  runtime_.Advance(absl::Seconds(60));
  EXPECT_TRUE(stage_->GetPath("cam")->attached);
  EXPECT_EQ(stage_->GetPath("cam")->sessions, 1u);
}

TEST_F(StageTest, LingerEndsAfterEightSeconds) {
  Caller* caller = Online("cam");
  caller->Break();
  runtime_.Advance(absl::Milliseconds(8001));
  EXPECT_TRUE(absl::IsNotFound(stage_->GetPath("cam").status()));
  EXPECT_THAT(server_.written(), ElementsAre("closed"));
}

TEST_F(StageTest, StopEndsTheSessionAndHandoverKeepsIt) {
  Caller* stopped = Online("a");
  stopped->Send(flow::PublishClose{.handover = false});
  EXPECT_THAT(stopped->Take(), ElementsAre("closed OK"));
  EXPECT_TRUE(absl::IsNotFound(stage_->GetPath("a").status()));
  EXPECT_THAT(server_.TakeWritten(), ElementsAre("closed"));

  Caller* handed = Online("b", 1);
  handed->Send(flow::PublishClose{.handover = true});
  EXPECT_THAT(handed->Take(), ElementsAre("closed OK"));
  EXPECT_THAT(server_.TakeWritten(), IsEmpty());
  EXPECT_THAT(Open("b", 2)->Take(), Contains("opened resumed 0@0 written 0-0"));
}

TEST_F(StageTest, StopLetsTheLastPictureLeave) {
  Caller* caller = Online("cam");
  server_.Stall();
  caller->SendDelta(kFrame);
  caller->Send(flow::PublishClose{.handover = false});
  caller->SendDelta(2 * kFrame);  // after its last message
  EXPECT_THAT(caller->Take(), IsEmpty());
  server_.Flow();
  EXPECT_THAT(caller->Take(), ElementsAre("through 2 dropped 0", "closed OK"));
  EXPECT_THAT(server_.TakeWritten(), ElementsAre("3000", "closed"));
  EXPECT_THAT(stage_->ListPaths(), IsEmpty());
}

TEST_F(StageTest, StopDoesNotWaitForAServerThatTakesNothing) {
  Caller* caller = Online("cam");
  server_.Stall();
  caller->SendDelta(kFrame);
  caller->Send(flow::PublishClose{.handover = false});
  runtime_.Advance(absl::Milliseconds(249));
  EXPECT_THAT(caller->Take(), IsEmpty());
  runtime_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(caller->Take(), ElementsAre("through 2 dropped 1", "closed OK"));
  EXPECT_THAT(stage_->ListPaths(), IsEmpty());
}

TEST_F(StageTest, ANewOwnerDoesNotInheritAStop) {
  Caller* stopping = Online("cam", 1);
  server_.Stall();
  stopping->SendDelta(kFrame);
  stopping->Send(flow::PublishClose{.handover = false});
  stopping->Take();
  Caller* owner = Open("cam", 2);
  server_.Flow();
  runtime_.Advance(absl::Seconds(1));
  EXPECT_THAT(owner->Take(), Contains("opened resumed 0@3000 written 0-0"));
  EXPECT_TRUE(stage_->GetPath("cam")->attached);
}

TEST_F(StageTest, ALateCallThatBrokeLeavesNoPath) {
  Caller* owner = Online("cam", 1);
  Caller* late = Call();
  runtime_.RunReady();
  // It finds the session; before it gets there, that ends and the caller goes.
  late->Send(flow::PublishOpen{.path = "cam", .session_id = "s", .epoch = 1});
  owner->Send(flow::PublishClose{.handover = false});
  late->Break();
  runtime_.RunReady();
  EXPECT_THAT(stage_->ListPaths(), IsEmpty());
}

TEST_F(StageTest, APathThatNobodyOwnsIsNotFoughtFor) {
  Caller* caller = Online("cam");
  caller->Break();
  runtime_.RunReady();
  server_.Close(absl::UnavailableError("another publisher"));
  runtime_.Advance(absl::Seconds(5));
  EXPECT_TRUE(absl::IsNotFound(stage_->GetPath("cam").status()));
  EXPECT_EQ(server_.dialled().size(), 1u);
}

TEST_F(StageTest, RefusesBadPathsServersAndOrders) {
  EXPECT_THAT(Open("a/../b")->Take(), ElementsAre("closed INVALID_ARGUMENT"));
  EXPECT_THAT(Open("cam", 1, "http://x")->Take(), ElementsAre("closed INVALID_ARGUMENT"));
  EXPECT_THAT(Open("cam", 1, "rtsp://evil")->Take(), ElementsAre("closed PERMISSION_DENIED"));
  Caller* eager = Call();
  eager->SendInfo();
  EXPECT_THAT(eager->Take(), ElementsAre("closed INVALID_ARGUMENT"));
  Caller* twice = Open("cam");
  twice->Send(flow::PublishOpen{.path = "cam", .epoch = 1});
  EXPECT_THAT(twice->Take(), Contains("closed INVALID_ARGUMENT"));
  Caller* blind = Open("cam");
  blind->SendKey(0);
  EXPECT_THAT(blind->Take(), Contains("closed INVALID_ARGUMENT"));
  Caller* jpeg = Open("cam");
  jpeg->Send(media::Message(media::StreamInfo{.tracks = {{.codec = media::Codec::kJpeg}}}));
  EXPECT_THAT(jpeg->Take(), Contains("closed INVALID_ARGUMENT"));
  EXPECT_THAT(stage_->ListPaths(), IsEmpty());
}

TEST_F(StageTest, ACallThatSaysNothingIsClosed) {
  Caller* caller = Call();
  runtime_.Advance(absl::Milliseconds(4999));
  EXPECT_THAT(caller->Take(), IsEmpty());
  runtime_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(caller->Take(), ElementsAre("closed DEADLINE_EXCEEDED"));
}

TEST_F(StageTest, TheSamePathOnAnotherServerIsAnotherSession) {
  Online("cam");
  Caller* other = Open("cam", 1, "rtsp://other:9000");
  other->SendInfo();
  other->SendKey(0);
  EXPECT_THAT(other->Take(), Contains("online rtsp://other:9000/cam"));
  Open("cam", 2, "rtsp://localhost:8554");  // the default one by another name
  const auto paths = stage_->ListPaths();
  ASSERT_EQ(paths.size(), 2u);
  EXPECT_EQ(paths[0].server, "rtsp://127.0.0.1:8554");
  EXPECT_EQ(paths[0].epoch, 2u);
  EXPECT_EQ(paths[1].server, "rtsp://other:9000");
}

TEST_F(StageTest, HasALimitOfPaths) {
  for (const char* path : {"a", "b", "c"}) Open(path);
  EXPECT_THAT(Open("d")->Take(), ElementsAre("closed RESOURCE_EXHAUSTED"));
  EXPECT_THAT(Open("a", 2)->Take(), Contains("opened"));
}

TEST_F(StageTest, ReportsItsPaths) {
  Caller* caller = Online("cam", 7);
  caller->SendDelta(kFrame);
  caller->SendDelta(kFrame);  // not later
  caller->Take();
  const auto status = stage_->GetPath("cam");
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(*status, (PathStatus{.path = "cam",
                                 .server = "rtsp://127.0.0.1:8554",
                                 .online = true,
                                 .epoch = 7,
                                 .packets_written = 2,
                                 .packets_dropped = 1,
                                 .sessions = 1,
                                 .attached = true}));
  EXPECT_TRUE(absl::IsNotFound(stage_->GetPath("ca").status()));
}

TEST_F(StageTest, DrainTellsCallsAndEndsWithTheLast) {
  Caller* attached = Online("a");
  Caller* gone = Online("b");
  gone->Break();
  runtime_.RunReady();
  bool drained = false;
  stage_->Drain([&] { drained = true; });
  EXPECT_THAT(attached->Take(), ElementsAre("draining"));
  EXPECT_TRUE(absl::IsNotFound(stage_->GetPath("b").status()));  // lingered for nobody
  EXPECT_FALSE(drained);
  EXPECT_THAT(Open("c")->Take(), ElementsAre("closed UNAVAILABLE"));
  attached->SendDelta(kFrame);
  EXPECT_THAT(attached->Take(), Contains("through 2 dropped 0"));
  attached->Send(flow::PublishClose{.handover = true});
  runtime_.RunReady();
  EXPECT_TRUE(drained);
}

}  // namespace
}  // namespace relayfleet::publish
