// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/fallback_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "libs/base/testing/fake_runtime.h"
#include "services/ingest/refused_source.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A source whose attempts do what the test says.
class ScriptedSource final : public Source {
 public:
  class Attempt final : public SourceAttempt {
   public:
    explicit Attempt(ScriptedSource& source) : source_(source) {}
    ~Attempt() override { source_.handler.reset(); }
    void AskKey() override { ++source_.keys_asked; }

   private:
    ScriptedSource& source_;
  };

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler given) override {
    ++opened;
    handler = std::move(given);
    return std::make_unique<Attempt>(*this);
  }
  std::string name() const override { return "scripted"; }

  std::optional<SourceAttempt::Handler> handler;  // of the attempt that lives
  int opened = 0;
  int keys_asked = 0;
};

class FallbackSourceTest : public ::testing::Test {
 protected:
  FallbackSourceTest() {
    auto first = std::make_unique<ScriptedSource>();
    auto second = std::make_unique<ScriptedSource>();
    first_ = first.get();
    second_ = second.get();
    source_.emplace(strand_, FallbackSource::Options{.first = std::move(first),
                                                     .second = std::move(second),
                                                     .second_name = "libav"});
  }

  void Open() {
    attempt_ = source_->Open({.on_info = [](media::StreamInfo) {},
                              .on_packet = [this](media::Packet) { ++packets_; },
                              .on_lost = [](uint64_t) {},
                              .on_note = [this](std::string note) { notes_.push_back(note); },
                              .on_end =
                                  [this](absl::Status status) {
                                    ends_.push_back(status);
                                    attempt_ = nullptr;
                                  }});
  }
  void Run() { runtime_.Advance(absl::ZeroDuration()); }

  base::testing::FakeRuntime runtime_;
  std::shared_ptr<base::Executor> strand_ = runtime_.NewStrand();
  ScriptedSource* first_ = nullptr;
  ScriptedSource* second_ = nullptr;
  std::optional<FallbackSource> source_;
  std::unique_ptr<SourceAttempt> attempt_;
  int packets_ = 0;
  std::vector<std::string> notes_;
  std::vector<absl::Status> ends_;
};

TEST_F(FallbackSourceTest, WhatTheFirstReadsItReads) {
  Open();
  first_->handler->on_packet({});
  attempt_->AskKey();
  EXPECT_EQ(packets_, 1);
  EXPECT_EQ(first_->keys_asked, 1);
  first_->handler->on_end(absl::UnavailableError("away"));
  EXPECT_THAT(ends_, ElementsAre(absl::UnavailableError("away")));
  EXPECT_EQ(second_->opened, 0);
  EXPECT_FALSE(first_->handler.has_value());
}

TEST_F(FallbackSourceTest, WhatItCanNotReadTheSecondReadsInTheSameAttempt) {
  Open();
  first_->handler->on_end(absl::UnimplementedError("codec VP8"));
  Run();
  EXPECT_THAT(ends_, IsEmpty());
  EXPECT_THAT(notes_, ElementsAre("read by libav: codec VP8"));
  ASSERT_TRUE(second_->handler.has_value());
  second_->handler->on_packet({});
  attempt_->AskKey();
  EXPECT_EQ(packets_, 1);
  EXPECT_EQ(second_->keys_asked, 1);
}

TEST_F(FallbackSourceTest, LaterAttemptsBeginWithTheSecond) {
  Open();
  first_->handler->on_end(absl::UnimplementedError("codec VP8"));
  Run();
  second_->handler->on_end(absl::UnimplementedError("nor this"));
  EXPECT_THAT(ends_, ElementsAre(absl::UnimplementedError("nor this")));
  Open();
  EXPECT_EQ(notes_.size(), 1u);  // none inside Open
  Run();
  EXPECT_EQ(first_->opened, 1);
  EXPECT_EQ(second_->opened, 2);
  EXPECT_EQ(notes_.size(), 2u);
}

TEST_F(FallbackSourceTest, AnAttemptThatIsEndedOpensNothing) {
  Open();
  first_->handler->on_end(absl::UnimplementedError("codec VP8"));
  attempt_ = nullptr;
  Run();
  EXPECT_EQ(second_->opened, 0);
}

TEST_F(FallbackSourceTest, ARefusedSourceEndsForGoodButNotInsideOpen) {
  RefusedSource refused(strand_, absl::PermissionDeniedError("its network is denied"));
  std::vector<absl::Status> ends;
  std::unique_ptr<SourceAttempt> attempt;
  attempt = refused.Open({.on_end = [&](absl::Status status) {
    ends.push_back(status);
    attempt = nullptr;
  }});
  EXPECT_THAT(ends, IsEmpty());
  Run();
  EXPECT_THAT(ends, ElementsAre(absl::FailedPreconditionError("its network is denied")));
}

}  // namespace
}  // namespace relayfleet::ingest
