// SPDX-License-Identifier: Apache-2.0

#include "services/publish/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/testing/fake_runtime.h"
#include "services/publish/testing/fake_dialer.h"

namespace relayfleet::publish {
namespace {

using ::testing::ElementsAre;
using testing::FakeServer;

const absl::Status kClosed = absl::UnavailableError("closed by the server");

class LinkTest : public ::testing::Test {
 protected:
  LinkTest() {
    Line line = server_.NewLine();
    link_ = std::make_unique<Link>(
        line.strand, std::move(line.dialer), *ParseMediaServer("rtsp://u:p@mtx"), "cam",
        Link::Options{.jitter = [] { return 0.999; }},
        Link::Handler{.on_online = [this] { ++online_; },
                      .on_written = [](uint64_t) {},
                      .on_ready = [] {},
                      .on_lost = [this](flow::Lost lost) { lost_.push_back(lost); }});
  }
  ~LinkTest() override { link_->Stop(); }

  size_t dials() const { return server_.dialled().size(); }

  base::testing::FakeRuntime runtime_;
  FakeServer server_{&runtime_};
  std::unique_ptr<Link> link_;
  int online_ = 0;
  std::vector<flow::Lost> lost_;
};

TEST_F(LinkTest, DialsOnceItKnowsTheFormat) {
  runtime_.Advance(absl::Seconds(1));
  EXPECT_EQ(dials(), 0u);
  link_->SetTracks({testing::TestTrack()});
  EXPECT_TRUE(link_->connecting());
  runtime_.RunReady();
  EXPECT_EQ(online_, 1);
  EXPECT_TRUE(link_->ready());
  EXPECT_EQ(server_.dialled()[0].url, "rtsp://mtx:8554/cam");
}

TEST_F(LinkTest, NeverWaitsMoreThanHalfASecondForTheServer) {
  server_.set_accepting(false);
  link_->SetTracks({testing::TestTrack()});
  for (int i = 0; i < 20; ++i) {
    server_.Close(absl::UnavailableError("connection refused"));
    runtime_.RunReady();
    ASSERT_EQ(lost_.size(), static_cast<size_t>(i) + 1);
    EXPECT_LE(lost_.back().retry_in, absl::Milliseconds(500));
    EXPECT_GE(lost_.back().retry_in, absl::Milliseconds(20));
    EXPECT_FALSE(lost_.back().path_taken);
    runtime_.Advance(lost_.back().retry_in);
    EXPECT_EQ(dials(), static_cast<size_t>(i) + 2);
  }
}

TEST_F(LinkTest, APathLostTwiceInTenSecondsIsTaken) {
  link_->SetTracks({testing::TestTrack()});
  runtime_.Advance(absl::Seconds(60));
  server_.Close(kClosed);
  runtime_.Advance(absl::Seconds(1));
  EXPECT_FALSE(lost_.back().path_taken);
  EXPECT_TRUE(link_->online());
  server_.Close(kClosed);
  runtime_.RunReady();
  EXPECT_TRUE(lost_.back().path_taken);
  EXPECT_EQ(lost_.back().retry_in, absl::Seconds(30));
  const size_t before = dials();
  runtime_.Advance(absl::Milliseconds(29999));
  EXPECT_EQ(dials(), before);
  runtime_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(dials(), before + 1);
}

TEST_F(LinkTest, LossesFarApartAreNoTakeover) {
  link_->SetTracks({testing::TestTrack()});
  for (int i = 0; i < 5; ++i) {
    runtime_.Advance(absl::Seconds(11));
    server_.Close(kClosed);
    runtime_.RunReady();
    EXPECT_FALSE(lost_.back().path_taken);
  }
}

TEST_F(LinkTest, AServerThatWasAwayInBetweenTookNothing) {
  link_->SetTracks({testing::TestTrack()});
  for (int i = 0; i < 5; ++i) {
    runtime_.Advance(absl::Seconds(1));
    ASSERT_TRUE(link_->online());
    server_.set_accepting(false);
    server_.Close(kClosed);
    runtime_.RunReady();
    EXPECT_FALSE(lost_.back().path_taken);
    runtime_.Advance(lost_.back().retry_in);
    server_.Close(absl::UnavailableError("connection refused"));
    runtime_.RunReady();
    server_.set_accepting(true);
  }
}

TEST_F(LinkTest, AStallIsNoTakeover) {
  link_->SetTracks({testing::TestTrack()});
  for (int i = 0; i < 3; ++i) {
    runtime_.Advance(absl::Seconds(1));
    server_.Close(absl::DeadlineExceededError("no progress"));
    runtime_.RunReady();
    EXPECT_FALSE(lost_.back().path_taken);
  }
}

TEST_F(LinkTest, WrongCredentialsAreNotHammered) {
  server_.set_accepting(false);
  link_->SetTracks({testing::TestTrack()});
  server_.Close(absl::UnauthenticatedError("credentials refused"));
  runtime_.RunReady();
  EXPECT_EQ(lost_.back().retry_in, absl::Seconds(5));
}

TEST_F(LinkTest, RetriesAtOnceWhenTheServerCameBack) {
  link_->SetTracks({testing::TestTrack()});
  runtime_.RunReady();
  server_.Close(kClosed);
  runtime_.RunReady();
  link_->RetryNow();
  runtime_.RunReady();
  EXPECT_TRUE(link_->online());
  // Nor does that loss count towards a takeover.
  server_.Close(kClosed);
  runtime_.RunReady();
  EXPECT_FALSE(lost_.back().path_taken);
}

TEST_F(LinkTest, AnnouncesTheNewestFormat) {
  link_->SetTracks({testing::TestTrack()});
  runtime_.RunReady();
  media::Track other = testing::TestTrack();
  other.sps = "\x67new";
  link_->SetTracks({other});
  runtime_.RunReady();
  EXPECT_EQ(dials(), 1u);  // in band while the session lives
  server_.Close(kClosed);
  runtime_.Advance(absl::Seconds(1));
  ASSERT_EQ(dials(), 2u);
  EXPECT_EQ(server_.dialled()[1].track(), other);
}

TEST_F(LinkTest, StopClosesInOrderAndSaysNothingMore) {
  link_->SetTracks({testing::TestTrack()});
  runtime_.RunReady();
  link_->Stop();
  server_.Close(kClosed);
  runtime_.Advance(absl::Seconds(60));
  EXPECT_THAT(server_.written(), ElementsAre("closed"));
  EXPECT_TRUE(lost_.empty());
  EXPECT_EQ(dials(), 1u);
}

TEST_F(LinkTest, OtherTracksNeedAnotherSession) {
  EXPECT_FALSE(link_->Redial());
  link_->SetTracks({testing::TestTrack()});
  runtime_.RunReady();
  ASSERT_TRUE(link_->online());
  link_->SetTracks({testing::TestTrack(), testing::TestAudio()});
  EXPECT_TRUE(link_->Redial());
  runtime_.RunReady();
  EXPECT_TRUE(link_->online());
  ASSERT_EQ(server_.dialled().size(), 2u);
  EXPECT_EQ(server_.dialled()[1].tracks.size(), 2u);
  EXPECT_EQ(server_.written().back(), "closed");
}

}  // namespace
}  // namespace relayfleet::publish
