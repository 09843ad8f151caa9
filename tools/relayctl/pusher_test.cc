// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/pusher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/relayctl/testing/fake_relay_service.h"

namespace relayfleet::relayctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "frame 0", "frame 1", … to `count`; 0: for ever.
class CountingSource final : public FrameSource {
 public:
  explicit CountingSource(int count) : count_(count) {}
  absl::StatusOr<Picture> Next() override {
    if (count_ != 0 && next_ == count_) return absl::OutOfRangeError("end");
    return Picture{.jpeg = absl::StrCat("frame ", next_++)};
  }

 private:
  const int count_;
  int next_ = 0;
};

class PusherTest : public ::testing::Test {
 protected:
  PusherTest() : stub_(Connect(server_.address())) {
    server_.service().AddRelay("a/b");
    options_.key = "a/b";
    options_.fps = 2000;
  }

  absl::Status Run(int frames) {
    CountingSource source(frames);
    return Run(source);
  }

  absl::Status Run(FrameSource& source) {
    Pusher pusher(options_, *stub_, source, clock_, interrupt_, stats_,
                  [this](absl::string_view text) { told_.emplace_back(text); });
    return pusher.Run();
  }

  const base::SystemClock clock_;
  testing::FakeServer server_;
  std::unique_ptr<Stub> stub_;
  Interrupt interrupt_;
  PushStats stats_;
  Pusher::Options options_;
  std::vector<std::string> told_;
};

TEST_F(PusherTest, SendsEachFrameOnceInOrderAndEndsWithTheSource) {
  EXPECT_TRUE(Run(3).ok());
  EXPECT_THAT(server_.service().frames(), ElementsAre("frame 0", "frame 1", "frame 2"));
  EXPECT_EQ(server_.service().opens().at(0).ack(), relay::v1::ACK_LEVEL_WRITTEN);
  EXPECT_EQ(stats_.Get().acknowledged, 3);
  EXPECT_EQ(stats_.Get().lost(), 0);
  EXPECT_TRUE(told_.empty());
}

TEST_F(PusherTest, EndsWithTheCountOfAnEndlessSource) {
  options_.count = 5;
  EXPECT_TRUE(Run(0).ok());
  EXPECT_EQ(server_.service().frames().size(), 5);
}

TEST_F(PusherTest, KeepsToTheTimesOfTheSource) {
  class TimedSource final : public FrameSource {
   public:
    absl::StatusOr<Picture> Next() override {
      if (next_ == 4) return absl::OutOfRangeError("end");
      return Picture{.jpeg = "x", .due = 30 * next_++ * absl::Milliseconds(1)};
    }
    int next_ = 0;
  } source;
  options_.fps = 0;
  const absl::Duration begin = clock_.Monotonic();
  EXPECT_TRUE(Run(source).ok());
  EXPECT_GE(clock_.Monotonic() - begin, absl::Milliseconds(90));
}

TEST_F(PusherTest, NeverMoreUnansweredThanTheWindow) {
  options_.max_in_flight = 3;
  options_.count = 100;
  server_.service().set_script({.answer_when_unanswered = 3});
  EXPECT_TRUE(Run(0).ok());
  EXPECT_EQ(server_.service().most_unanswered(), 3);
  // The script keeps the last two answers back until the client ends the stream.
  EXPECT_EQ(stats_.Get().unanswered, 2);
}

TEST_F(PusherTest, AnInterruptEndsItAndWaitsForTheAnswers) {
  absl::Status status;
  std::thread pushing([&] { status = Run(0); });
  EXPECT_TRUE(server_.service().WaitForFrames(20));
  interrupt_.Request();
  pushing.join();
  EXPECT_TRUE(status.ok()) << status;
  const PushStats::Snapshot stats = stats_.Get();
  EXPECT_EQ(stats.acknowledged, stats.sent);
  EXPECT_EQ(stats.sent, server_.service().frames().size());
}

TEST_F(PusherTest, ComesBackWhenTheServerDoes) {
  absl::Status status;
  std::thread pushing([&] { status = Run(0); });
  EXPECT_TRUE(server_.service().WaitForFrames(20));
  server_.Stop();
  server_.Start();
  const size_t before = server_.service().frames().size();
  EXPECT_TRUE(server_.service().WaitForFrames(before + 20));
  interrupt_.Request();
  pushing.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(told_, ElementsAre(HasSubstr("is away"), "connected again"));
  const PushStats::Snapshot stats = stats_.Get();
  EXPECT_GE(stats.reconnects, 1);
  EXPECT_EQ(stats.waiting(), 0);
  EXPECT_EQ(stats.acknowledged + stats.unanswered, stats.sent);
}

TEST_F(PusherTest, MakesTheRelayBeforeEachSession) {
  options_.create.emplace().set_key("new");
  options_.key = "new";
  EXPECT_TRUE(Run(1).ok());
  EXPECT_EQ(server_.service().creations().size(), 1);
  EXPECT_EQ(server_.service().frames().size(), 1);
}

TEST_F(PusherTest, ARelayOfAnotherSpecIsThereAndIsFed) {
  options_.create.emplace().set_key("a/b");
  options_.create->mutable_spec()->mutable_frames()->set_fps(7);
  EXPECT_TRUE(Run(1).ok());
  EXPECT_EQ(server_.service().frames().size(), 1);
}

TEST_F(PusherTest, AnUnknownRelayIsNotTriedAgain) {
  options_.key = "unknown";
  EXPECT_TRUE(absl::IsNotFound(Run(0)));
  EXPECT_EQ(server_.service().opens().size(), 1);
}

TEST_F(PusherTest, GivesUpOnAServerThatWasNeverThere) {
  server_.Stop();
  options_.give_up_after = absl::ZeroDuration();
  EXPECT_TRUE(absl::IsUnavailable(Run(0)));
  EXPECT_EQ(stats_.Get().sent, 0);
}

TEST_F(PusherTest, AServerThatHangsIsTakenForGone) {
  server_.service().set_script({.answer_when_unanswered = 1000});
  options_.answer_within = absl::Milliseconds(50);
  options_.give_up_after = absl::ZeroDuration();
  EXPECT_TRUE(absl::IsUnavailable(Run(0)));
  EXPECT_EQ(stats_.Get().unanswered, options_.max_in_flight);
}

TEST_F(PusherTest, CountsWhatWasDroppedByReason) {
  server_.service().set_script(
      {.outcomes = {relay::v1::PUSH_OUTCOME_SUPERSEDED, relay::v1::PUSH_OUTCOME_BAD_IMAGE,
                    relay::v1::PUSH_OUTCOME_WRITTEN}});
  EXPECT_TRUE(Run(4).ok());
  const PushStats::Snapshot stats = stats_.Get();
  EXPECT_EQ(stats.acknowledged, 2);
  EXPECT_EQ(stats.dropped.at(relay::v1::PUSH_OUTCOME_SUPERSEDED), 1);
  EXPECT_EQ(stats.dropped.at(relay::v1::PUSH_OUTCOME_BAD_IMAGE), 1);
  EXPECT_EQ(stats.lost(), 1);  // superseding is how it is meant to be
}

}  // namespace
}  // namespace relayfleet::relayctl
