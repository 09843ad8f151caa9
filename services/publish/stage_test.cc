// SPDX-License-Identifier: Apache-2.0

#include "services/publish/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/secret_url.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_pipe.h"
#include "services/publish/testing/fake_dialer.h"

namespace relayfleet::publish {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FakeServer;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TestPacket;

// One frame of a 30 fps stream, in ticks.
constexpr int64_t kFrame = 3000;

std::string Text(const flow::PublishDown& message) {
  if (const auto* opened = std::get_if<flow::PublishOpened>(&message)) {
    std::string text = absl::StrCat("opened", opened->resumed ? " resumed" : "");
    for (const auto& [track, dts] : opened->last_dts_by_track) {
      absl::StrAppend(&text, " ", track, "@", dts);
    }
    for (const auto& [track, run] : opened->written_by_track) {
      absl::StrAppend(&text, " written ", run.first_dts, "-", run.last_dts);
    }
    return text;
  }
  if (const auto* credit = std::get_if<flow::Credit>(&message)) {
    return absl::StrCat("credit ", credit->packets);
  }
  if (const auto* through = std::get_if<flow::WrittenThrough>(&message)) {
    return absl::StrCat("through ", through->seq, " dropped ", through->dropped);
  }
  if (const auto* need = std::get_if<flow::NeedKey>(&message)) {
    constexpr const char* kNames[] = {"connected", "reader", "loss", "periodic"};
    return absl::StrCat("need key ", kNames[static_cast<int>(need->reason)]);
  }
  if (const auto* online = std::get_if<flow::Online>(&message)) {
    return absl::StrCat("online ", online->rtsp_url, online->control_api ? " api" : "");
  }
  if (const auto* lost = std::get_if<flow::Lost>(&message)) {
    return absl::StrCat("lost ", lost->reason, lost->path_taken ? " taken" : "");
  }
  if (const auto* superseded = std::get_if<flow::Superseded>(&message)) {
    return absl::StrCat("superseded ", superseded->epoch);
  }
  return "draining";
}

// The peer of a call: ingest, as the test plays it.
class Caller {
 public:
  Caller(std::unique_ptr<flow::ToPublish> pipe, base::testing::FakeRuntime* runtime)
      : pipe_(std::move(pipe)), runtime_(runtime) {
    pipe_->Start(
        runtime->NewStrand(),
        {.on_message = [this](flow::PublishDown down) { got_.push_back(Text(down)); },
         .on_closed =
             [this](absl::Status status) {
               got_.push_back(absl::StrCat("closed ", absl::StatusCodeToString(status.code())));
             }});
  }

  void Send(flow::PublishUp message) {
    if (pipe_ != nullptr) pipe_->Send(std::move(message));
  }
  void SendInfo() { Send(media::Message(media::StreamInfo{.tracks = {testing::TestTrack()}})); }
  void SendKey(int64_t dts) { SendPacket(TestPacket(dts, true)); }
  void SendDelta(int64_t dts) { SendPacket(TestPacket(dts, false)); }
  void SendPacket(media::Packet packet) {
    packet.seq = ++seq_;
    Send(media::Message(std::move(packet)));
  }
  void Break() { pipe_ = nullptr; }

  std::vector<std::string> Take() {
    runtime_->RunReady();
    return std::exchange(got_, {});
  }

 private:
  std::vector<std::string> got_;
  std::unique_ptr<flow::ToPublish> pipe_;
  base::testing::FakeRuntime* const runtime_;
  uint64_t seq_ = 0;
};

class StageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    MediaServer server = *ParseMediaServer("rtsp://user:secret@127.0.0.1:8554");
    server.own = true;
    PublishStageImpl::Options options = {
        .instance = "publish-1",
        .default_server = server,
        .notified = notified_,
        .new_line = [this] { return server_.NewLine(); },
        .watch =
            [this](const MediaServer& watched, PublishStageImpl::WatchHandler handler) {
              watched_.push_back(watched.Name());
              watch_ = std::move(handler);
              return std::make_shared<int>(0);
            },
        .allow =
            [](const MediaServer& asked) {
              return asked.url.host() == "evil" ? absl::PermissionDeniedError("no")
                                                : absl::OkStatus();
            },
        .max_paths = 3};
    options.session.outlet.link.jitter = [] { return 0.5; };
    stage_ = std::make_shared<PublishStageImpl>(std::move(options));
  }

  void TearDown() override {
    callers_.clear();
    stage_->Drain([] {});
    runtime_.Advance(absl::Seconds(120));
    EXPECT_THAT(stage_->ListPaths(), IsEmpty());
  }

  // A call without any message yet.
  Caller* Call() {
    auto [upper, lower] = flow::MakeDirectPipe<flow::PublishUp, flow::PublishDown>();
    callers_.push_back(std::make_unique<Caller>(std::move(upper), &runtime_));
    stage_->Attach(std::move(lower));
    return callers_.back().get();
  }
  Caller* Open(const std::string& path, uint64_t epoch = 1, const std::string& url = "") {
    Caller* caller = Call();
    flow::PublishOpen open{.path = path, .session_id = "s", .epoch = epoch};
    if (!url.empty()) open.mediamtx_url = *base::SecretUrl::Parse(url);
    caller->Send(std::move(open));
    runtime_.RunReady();
    return caller;
  }
  // An open call whose RTSP session runs and has its first picture, dts 0.
  Caller* Online(const std::string& path, uint64_t epoch = 1) {
    Caller* caller = Open(path, epoch);
    caller->SendInfo();
    caller->SendKey(0);
    caller->Take();
    runtime_.Advance(absl::Milliseconds(20));
    server_.TakeWritten();
    return caller;
  }

  bool notified_ = true;
  base::testing::FakeRuntime runtime_;
  FakeServer server_{&runtime_};
  std::vector<std::string> watched_;
  PublishStageImpl::WatchHandler watch_;
  std::shared_ptr<PublishStageImpl> stage_;
  std::vector<std::unique_ptr<Caller>> callers_;
};

TEST_F(StageTest, PublishesFromTheFirstPictureOn) {
  Caller* caller = Open("robot/front");
  EXPECT_THAT(caller->Take(), ElementsAre("opened", "credit 8"));
  caller->SendInfo();
  caller->SendKey(0);
  EXPECT_THAT(caller->Take(), ElementsAre("online rtsp://127.0.0.1:8554/robot/front",
                                          "through 1 dropped 0", "credit 1"));
  EXPECT_THAT(server_.written(), ElementsAre("KEY 0"));
  EXPECT_EQ(server_.dialled()[0].url, "rtsp://127.0.0.1:8554/robot/front");
}

TEST_F(StageTest, TellsOfEachPacketAtOnceAtThirtyFps) {
  Caller* caller = Online("cam");
  for (int i = 1; i <= 5; ++i) {
    caller->SendDelta(i * kFrame);
    EXPECT_THAT(caller->Take(), Contains(absl::StrCat("through ", i + 1, " dropped 0")));
    runtime_.Advance(absl::Milliseconds(33));
  }
}

TEST_F(StageTest, GathersProgressOfPacketsThatComeTogether) {
  Caller* caller = Online("cam");
  for (int i = 1; i <= 5; ++i) caller->SendDelta(i * kFrame);
  runtime_.RunReady();
  runtime_.Advance(absl::Milliseconds(50));
  EXPECT_THAT(caller->Take(), Contains("through 6 dropped 0"));
}

TEST_F(StageTest, CreditsComeBackForWrittenAndDropped) {
  Caller* caller = Open("cam");
  caller->SendInfo();
  caller->Take();
  for (int i = 0; i < 8; ++i) caller->SendDelta(i * kFrame);  // no key: all dropped
  runtime_.Advance(absl::Milliseconds(50));
  const auto got = caller->Take();
  EXPECT_THAT(got, Contains("through 8 dropped 8"));
  EXPECT_THAT(got, Contains("credit 7"));  // 250 ms at 30 fps
}

TEST_F(StageTest, APeerThatSendsWithoutCreditIsClosed) {
  Caller* caller = Online("cam");
  server_.Stall();
  for (int i = 1; i <= 9; ++i) caller->SendDelta(i * kFrame);
  EXPECT_THAT(caller->Take(), Contains("closed RESOURCE_EXHAUSTED"));
  server_.Flow();
}

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

TEST_F(StageTest, TellsOfLossAndComesBackByItself) {
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

TEST_F(StageTest, SaysThatThePathIsTaken) {
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

TEST_F(StageTest, AServerThatCameBackIsTriedAtOnce) {
  Caller* caller = Online("cam");
  server_.Close(absl::UnavailableError("gone"));
  caller->Take();
  stage_->OnServerUp();
  EXPECT_THAT(caller->Take(), Contains("online rtsp://127.0.0.1:8554/cam"));
}

TEST_F(StageTest, AReaderGetsAKeyAndManyAtMostFourASecond) {
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

TEST_F(StageTest, NotifiedOfReadersItAsksForNoPeriodicKeys) {
  Caller* caller = Online("cam");
  runtime_.Advance(absl::Seconds(10));
  EXPECT_THAT(caller->Take(), IsEmpty());
}

TEST_F(StageTest, TheApisAnswersShowInOnline) {
  Caller* caller = Online("cam");
  EXPECT_THAT(watched_, ElementsAre("rtsp://127.0.0.1:8554"));
  watch_.on_reachable(true);
  EXPECT_THAT(caller->Take(), ElementsAre("online rtsp://127.0.0.1:8554/cam api"));
  watch_.on_reachable(false);
  EXPECT_THAT(caller->Take(), ElementsAre("online rtsp://127.0.0.1:8554/cam"));
}

TEST_F(StageTest, AReaderThatTheNotifierToldOfIsNotCountedTwice) {
  Caller* caller = Online("cam");
  stage_->OnReader("cam");
  watch_.on_reader("cam");
  runtime_.Advance(absl::Seconds(1));
  EXPECT_THAT(caller->Take(), ElementsAre("need key reader"));
}

TEST_F(StageTest, AReaderThatIsSeenOnAWatchedServerGetsAKey) {
  Caller* caller = Open("cam", 1, "rtsp://other:9000");
  caller->SendInfo();
  caller->SendKey(0);
  caller->Take();
  watch_.on_reader("cam");
  EXPECT_THAT(caller->Take(), Contains("need key reader"));
}

TEST_F(StageTest, GapsAreUnderstood) {
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

TEST_F(StageTest, WithoutNewsOfReadersAKeyIsAskedForEachSecond) {
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
