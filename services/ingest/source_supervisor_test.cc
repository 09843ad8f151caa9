// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "services/ingest/testing/scripted_source.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SourceSupervisorTest : public ::testing::Test {
 protected:
  SourceSupervisorTest() { Start(); }

  void Start() {
    heard_.clear();
    supervisor_ = std::make_unique<SourceSupervisor>(
        runtime_.NewStrand(), std::make_unique<testing::ScriptedSource>(script_),
        SourceSupervisor::Options{}, SourceRetry(base::Backoff({}, [] { return 1.0; })), Handler());
    supervisor_->Start();
  }
  SourceSupervisor::Handler Handler() {
    const auto hear = [this](std::string what) { heard_.push_back(std::move(what)); };
    return {.on_attempt = [hear](int attempt) { hear(absl::StrCat("attempt ", attempt)); },
            .on_up = [hear] { hear("up"); },
            .on_down =
                [hear](const absl::Status& why, absl::Duration in) {
                  hear(absl::StrCat("down ", why.message(), " ", absl::FormatDuration(in)));
                },
            .on_finished = [hear] { hear("finished"); },
            .on_info = [hear](const media::StreamInfo&) { hear("info"); },
            .on_packet = [this](const media::Packet&) { ++packets_; },
            .on_lost = [hear](uint64_t packets) { hear(absl::StrCat("lost ", packets)); },
            .on_note = [hear](const std::string& note) { hear(note); }};
  }
  void Packet() { script_.say.on_packet({.payload = media::MakePayload("au")}); }
  void Advance(absl::Duration time) { runtime_.Advance(time); }
  // Packets for so long, each 100 ms.
  void Flow(absl::Duration time) {
    for (absl::Duration t; t < time; t += absl::Milliseconds(100)) {
      Packet();
      Advance(absl::Milliseconds(100));
    }
  }

  base::testing::FakeRuntime runtime_;
  testing::SourceScript script_;
  std::vector<std::string> heard_;
  int packets_ = 0;
  std::unique_ptr<SourceSupervisor> supervisor_;
};

TEST_F(SourceSupervisorTest, PassesOnWhatAnAttemptSays) {
  script_.say.on_info({});
  Packet();
  Packet();
  script_.say.on_lost(3);
  script_.say.on_note("UDP");
  supervisor_->AskKey();
  EXPECT_THAT(heard_, ElementsAre("attempt 1", "info", "up", "lost 3", "UDP"));
  EXPECT_EQ(packets_, 2);
  EXPECT_EQ(script_.asked_keys, 1);
}

TEST_F(SourceSupervisorTest, OpensAgainAndCountsAttemptsUntilItIsUp) {
  script_.say.on_end(absl::UnavailableError("refused"));
  EXPECT_EQ(script_.open, 1);  // it may still be on the stack
  Advance(absl::Milliseconds(500));
  script_.say.on_end(absl::UnavailableError("refused"));
  Advance(absl::Milliseconds(500));
  Packet();
  script_.say.on_end(absl::UnavailableError("reset"));
  Advance(absl::Milliseconds(500));
  EXPECT_THAT(heard_,
              ElementsAre("attempt 1", "down refused 500ms", "attempt 2", "down refused 500ms",
                          "attempt 3", "up", "down reset 500ms", "attempt 1"));
  EXPECT_EQ(script_.open, 1);
}

TEST_F(SourceSupervisorTest, SilenceEndsAnAttemptThatWasUp) {
  Flow(absl::Seconds(7));
  EXPECT_EQ(script_.opened, 1);
  Advance(absl::Seconds(5));
  EXPECT_THAT(heard_.back(), HasSubstr("down no packet for 5"));
  Advance(absl::Milliseconds(500));
  EXPECT_EQ(script_.opened, 2);
  EXPECT_EQ(script_.open, 1);
}

TEST_F(SourceSupervisorTest, AnAttemptThatNeverBringsAnythingIsEnded) {
  Advance(absl::Seconds(14));
  EXPECT_EQ(script_.opened, 1);
  Advance(absl::Seconds(2));
  EXPECT_EQ(script_.opened, 2);
}

TEST_F(SourceSupervisorTest, APassiveSourceMayBeSilent) {
  script_.passive = true;
  Start();
  Advance(absl::Seconds(100));
  Packet();
  Advance(absl::Seconds(100));
  EXPECT_THAT(heard_, ElementsAre("attempt 1", "up"));
}

TEST_F(SourceSupervisorTest, ItsEndIsTheEnd) {
  Packet();
  script_.say.on_end(absl::OkStatus());
  Advance(absl::Seconds(60));
  EXPECT_THAT(heard_, ElementsAre("attempt 1", "up", "finished"));
  EXPECT_EQ(script_.open, 0);
}

TEST_F(SourceSupervisorTest, GivesUpWhereNoRetryHeals) {
  script_.say.on_end(absl::FailedPreconditionError("port in use"));
  Advance(absl::Seconds(60));
  EXPECT_THAT(heard_, ElementsAre("attempt 1", "down port in use inf"));
  EXPECT_EQ(script_.open, 0);
}

TEST_F(SourceSupervisorTest, ThirtySecondsOfHealthEndAnOutage) {
  for (int i = 0; i < 40; ++i) {
    script_.say.on_end(absl::UnavailableError("refused"));
    Advance(absl::Seconds(31));
  }
  EXPECT_EQ(heard_[heard_.size() - 2], "down refused 30s");
  Flow(absl::Seconds(31));
  script_.say.on_end(absl::UnavailableError("reset"));
  EXPECT_EQ(heard_.back(), "down reset 500ms");
}

TEST_F(SourceSupervisorTest, NothingIsHeardAfterStop) {
  supervisor_->Stop();
  Packet();
  script_.say.on_end(absl::UnavailableError("reset"));
  Advance(absl::Seconds(60));
  EXPECT_THAT(heard_, ElementsAre("attempt 1"));
  EXPECT_EQ(script_.open, 0);
}

}  // namespace
}  // namespace relayfleet::ingest
