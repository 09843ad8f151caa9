// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/reader_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::mediamtx {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What the control API would say; answers at once.
struct Server {
  absl::Status status;
  std::vector<Session> rtsp;
  std::vector<Session> webrtc;
  int questions = 0;
};

class FakeApi final : public Api {
 public:
  FakeApi(std::shared_ptr<base::Executor> executor, Server* server)
      : executor_(std::move(executor)), server_(server) {}

  void ListSessions(SessionKind kind, Done<std::vector<Session>> done) override {
    ++server_->questions;
    executor_->Post([this, kind, done = std::move(done)]() mutable {
      if (!server_->status.ok()) return done(server_->status);
      done(kind == SessionKind::kRtsp ? server_->rtsp : server_->webrtc);
    });
  }
  void GetPath(absl::string_view, Done<Path>) override { ADD_FAILURE(); }
  void ReplacePathConfig(absl::string_view, std::string, DoneStatus) override { ADD_FAILURE(); }
  void DeletePathConfig(absl::string_view, DoneStatus) override { ADD_FAILURE(); }
  void Kick(SessionKind, absl::string_view, DoneStatus) override { ADD_FAILURE(); }

 private:
  const std::shared_ptr<base::Executor> executor_;
  Server* const server_;
};

class ReaderWatchTest : public ::testing::Test {
 protected:
  void Start() {
    auto strand = runtime_.NewStrand();
    watch_ = ReaderWatch::Start(
        strand, std::make_unique<FakeApi>(strand, &server_), {},
        {.on_reader = [this](absl::string_view path) { readers_.emplace_back(path); },
         .on_reachable = [this](bool reachable) { reachable_.push_back(reachable); }});
    runtime_.RunReady();
  }

  base::testing::FakeRuntime runtime_;
  Server server_;
  std::vector<std::string> readers_;
  std::vector<bool> reachable_;
  std::shared_ptr<ReaderWatch> watch_;
};

TEST_F(ReaderWatchTest, ReportsAReaderWithinAQuarterOfASecondAndOnce) {
  Start();
  EXPECT_THAT(reachable_, ElementsAre(true));
  server_.rtsp = {{"1", "cam", false}};
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(readers_, IsEmpty());  // not yet playing
  server_.rtsp = {{"1", "cam", true}};
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(readers_, ElementsAre("cam"));
  runtime_.Advance(absl::Seconds(5));
  EXPECT_THAT(readers_, ElementsAre("cam"));
}

TEST_F(ReaderWatchTest, SeesWebrtcReadersToo) {
  Start();
  server_.webrtc = {{"w", "robot/front", true}};
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(readers_, ElementsAre("robot/front"));
}

TEST_F(ReaderWatchTest, AReaderThatComesAgainIsNew) {
  Start();
  server_.rtsp = {{"1", "cam", true}};
  runtime_.Advance(absl::Milliseconds(250));
  server_.rtsp.clear();
  runtime_.Advance(absl::Milliseconds(250));
  server_.rtsp = {{"2", "cam", true}};
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(readers_, ElementsAre("cam", "cam"));
}

TEST_F(ReaderWatchTest, AsksLessOftenWhenThereAreManySessions) {
  for (int i = 0; i <= 200; ++i) server_.rtsp.push_back({absl::StrCat(i), "cam", false});
  Start();
  const int before = server_.questions;
  runtime_.Advance(absl::Milliseconds(999));
  EXPECT_EQ(server_.questions, before);
  runtime_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(server_.questions, before + 2);
}

TEST_F(ReaderWatchTest, SaysWhenTheApiIsOffAndKeepsProbing) {
  server_.status = absl::UnavailableError("off");
  Start();
  EXPECT_THAT(reachable_, ElementsAre(false));
  const int before = server_.questions;
  runtime_.Advance(absl::Seconds(9));
  EXPECT_EQ(server_.questions, before + 3);
  EXPECT_THAT(reachable_, ElementsAre(false));
  server_.status = absl::OkStatus();
  server_.rtsp = {{"1", "cam", true}};
  runtime_.Advance(absl::Seconds(3));
  EXPECT_THAT(reachable_, ElementsAre(false, true));
  EXPECT_THAT(readers_, ElementsAre("cam"));
}

TEST_F(ReaderWatchTest, IsSilentOnceDestroyed) {
  Start();
  server_.rtsp = {{"1", "cam", true}};
  watch_ = nullptr;
  runtime_.Advance(absl::Seconds(5));
  EXPECT_THAT(readers_, IsEmpty());
}

}  // namespace
}  // namespace relayfleet::mediamtx
