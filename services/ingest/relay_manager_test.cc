// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "libs/state/memory_store.h"
#include "services/ingest/refused_source.h"
#include "services/ingest/testing/null_observer.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A store whose disk can fill up.
class FillableStore final : public state::Store {
 public:
  explicit FillableStore(state::Store* real) : real_(real) {}
  void set_full(bool full) { full_ = full; }

  absl::StatusOr<state::Record> Get(absl::string_view key) override { return real_->Get(key); }
  absl::StatusOr<uint64_t> Put(absl::string_view key, absl::string_view value,
                               std::optional<uint64_t> expected) override {
    if (full_) return absl::FailedPreconditionError("disk full");
    return real_->Put(key, value, expected);
  }
  absl::StatusOr<uint64_t> Delete(absl::string_view key,
                                  std::optional<uint64_t> expected) override {
    if (full_) return absl::FailedPreconditionError("disk full");
    return real_->Delete(key, expected);
  }
  absl::StatusOr<state::Listing> List() override { return real_->List(); }
  absl::StatusOr<state::Watch> WatchFrom(
      uint64_t from, std::shared_ptr<base::Executor> executor,
      absl::AnyInvocable<void(const state::Event&)> on_event) override {
    return real_->WatchFrom(from, std::move(executor), std::move(on_event));
  }
  absl::StatusOr<uint64_t> Claim(absl::string_view key, absl::string_view owner,
                                 absl::Duration ttl) override {
    return real_->Claim(key, owner, ttl);
  }
  absl::Status Renew(absl::string_view key, uint64_t epoch, absl::Duration ttl) override {
    return real_->Renew(key, epoch, ttl);
  }
  absl::Status Release(absl::string_view key, uint64_t epoch) override {
    return real_->Release(key, epoch);
  }

 private:
  state::Store* const real_;
  bool full_ = false;
};

class RelayManagerTest : public ::testing::Test {
 protected:
  std::unique_ptr<RelayManager> NewManager() {
    return std::make_unique<RelayManager>(
        RelayManager::Options{.rules = {.source = rules_}, .max_relays = 3},
        RelayManager::Environment{.store = store_,
                                  .runtime = runtime_,
                                  .disk = runtime_.NewStrand(),
                                  .stages = {to_transcode_, to_publish_},
                                  .observer = observer_,
                                  .sources = [this](const ResolvedSpec& spec, const auto& strand) {
                                    return NewSource(spec.source, strand);
                                  }});
  }

  std::unique_ptr<Source> NewSource(const SourceSpec& spec,
                                    const std::shared_ptr<base::Executor>& strand) {
    sources_.push_back(spec);
    if (std::holds_alternative<FramesSpec>(spec)) return nullptr;
    return std::make_unique<RefusedSource>(strand, absl::UnknownError("no camera"));
  }

  static relay::v1::RelaySpec Frames(uint32_t fps = 0, const std::string& origin = "") {
    relay::v1::RelaySpec spec;
    spec.mutable_frames()->set_fps(fps);
    spec.set_origin(origin);
    return spec;
  }

  absl::StatusOr<RelayManager::Created> Create(const std::string& key,
                                               const relay::v1::RelaySpec& spec) {
    absl::StatusOr<RelayManager::Created> result = absl::UnknownError("no answer");
    manager_->Create(key, spec, "r-create", [&](auto created) { result = std::move(created); });
    runtime_.RunReady();
    return result;
  }
  absl::StatusOr<relay::v1::Relay> Update(const std::string& key, const relay::v1::RelaySpec& spec,
                                          uint64_t revision = 0) {
    absl::StatusOr<relay::v1::Relay> result = absl::UnknownError("no answer");
    manager_->Update(key, spec, revision, [&](auto relay) { result = std::move(relay); });
    runtime_.RunReady();
    return result;
  }
  static relay::v1::RelaySpec Camera(const std::string& url) {
    relay::v1::RelaySpec spec;
    spec.mutable_rtsp()->set_url(url);
    return spec;
  }
  static relay::v1::RelaySpec Rtp(uint32_t port) {
    relay::v1::RelaySpec spec;
    spec.mutable_rtp()->set_port(port);
    return spec;
  }
  absl::Status Delete(const std::string& key) {
    absl::Status result = absl::UnknownError("no answer");
    manager_->Delete(key, "r-delete", [&](const absl::Status& status) { result = status; });
    runtime_.Advance(absl::Seconds(3));
    return result;
  }
  std::vector<std::string> Keys(absl::string_view origin = "") {
    std::vector<std::string> keys;
    for (const auto& relay : manager_->List(origin)) keys.push_back(relay.key());
    return keys;
  }

  SourceRules rules_;
  std::vector<SourceSpec> sources_;  // as they were made
  base::testing::FakeRuntime runtime_;
  testing::NullObserver observer_;
  testing::ScriptedTranscode transcode_{runtime_.NewStrand()};
  testing::ScriptedPublish publish_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector to_transcode_{&transcode_};
  flow::DirectPublishConnector to_publish_{&publish_};
  std::unique_ptr<state::Store> memory_ = state::NewMemoryStore();
  FillableStore store_{memory_.get()};
  std::unique_ptr<RelayManager> manager_ = NewManager();
};

TEST_F(RelayManagerTest, CreatesOnceAndFindsAgain) {
  const auto first = Create("a", Frames());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->existed);
  EXPECT_EQ(first->relay.status().state(), relay::v1::RELAY_STATE_STARTING);
  EXPECT_GT(first->relay.status().owner().epoch(), 0u);
  const auto second = Create("a", Frames());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->existed);
  EXPECT_THAT(Keys(), ElementsAre("a"));
}

TEST_F(RelayManagerTest, TwoCreatorsAtOnceMakeOneRelay) {
  int created = 0, existed = 0;
  for (int i = 0; i < 2; ++i) {
    manager_->Create("a", Frames(), "r-create", [&](auto result) {
      ASSERT_TRUE(result.ok()) << result.status();
      ++(result->existed ? existed : created);
    });
  }
  runtime_.RunReady();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(existed, 1);
  EXPECT_EQ(publish_.sessions(), 1);
}

TEST_F(RelayManagerTest, AnotherSpecForALiveKeyChangesNothing) {
  ASSERT_TRUE(Create("a", Frames(5)).ok());
  EXPECT_EQ(Create("a", Frames(6)).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(manager_->Get("a")->spec().frames().fps(), 5u);
}

TEST_F(RelayManagerTest, OnePathBelongsToOneRelay) {
  ASSERT_TRUE(Create("a", Frames()).ok());
  auto spec = Frames();
  spec.mutable_mediamtx()->set_path("a");
  EXPECT_EQ(Create("b", spec).status().code(), absl::StatusCode::kAlreadyExists);
  spec.mutable_mediamtx()->set_url("rtsp://elsewhere:8554");
  EXPECT_TRUE(Create("b", spec).ok());
}

TEST_F(RelayManagerTest, AStateThatCantBeReadStartsNothing) {
  ASSERT_TRUE(memory_->Put("a", Frames().SerializeAsString(), 0).ok());
  ASSERT_TRUE(memory_->Put("b", "\xff\xff", 0).ok());
  EXPECT_EQ(manager_->Restore().code(), absl::StatusCode::kDataLoss);
  runtime_.RunReady();
  EXPECT_EQ(publish_.sessions(), 0);
}

TEST_F(RelayManagerTest, RefusesBadSpecsAndTooManyRelays) {
  EXPECT_EQ(Create("../a", Frames()).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Keys(), IsEmpty());
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(Create(key, Frames()).ok());
  EXPECT_EQ(Create("d", Frames()).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(memory_->List()->records, SizeIs(3));
}

TEST_F(RelayManagerTest, WhatCantBeStoredIsNotStarted) {
  store_.set_full(true);
  EXPECT_EQ(Create("a", Frames()).status().message(), "disk full");
  EXPECT_THAT(Keys(), IsEmpty());
  EXPECT_EQ(publish_.sessions(), 0);
  store_.set_full(false);
  EXPECT_TRUE(Create("a", Frames()).ok());
}

TEST_F(RelayManagerTest, ADeleteThatCantBeStoredKeepsTheRelay) {
  ASSERT_TRUE(Create("a", Frames()).ok());
  store_.set_full(true);
  EXPECT_FALSE(Delete("a").ok());
  EXPECT_THAT(Keys(), ElementsAre("a"));
  EXPECT_THAT(publish_.Heard<flow::PublishClose>(), IsEmpty());
}

TEST_F(RelayManagerTest, DeleteEndsTheStreamAndForgets) {
  ASSERT_TRUE(Create("a", Frames()).ok());
  EXPECT_TRUE(Delete("a").ok());
  EXPECT_THAT(Keys(), IsEmpty());
  EXPECT_THAT(memory_->List()->records, IsEmpty());
  EXPECT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  EXPECT_EQ(Delete("a").code(), absl::StatusCode::kNotFound);
}

TEST_F(RelayManagerTest, StopAllTakesOneOriginOnly) {
  ASSERT_TRUE(Create("a", Frames(0, "robot_relay")).ok());
  ASSERT_TRUE(Create("b", Frames()).ok());
  absl::StatusOr<int> stopped = absl::UnknownError("no answer");
  manager_->StopAll("robot_relay", "r-stop", [&](absl::StatusOr<int> result) { stopped = result; });
  runtime_.Advance(absl::Seconds(3));
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_EQ(*stopped, 1);
  EXPECT_THAT(Keys(), ElementsAre("b"));
}

TEST_F(RelayManagerTest, StopAllOfNothingAnswers) {
  absl::StatusOr<int> stopped = absl::UnknownError("no answer");
  manager_->StopAll("", "r-stop", [&](absl::StatusOr<int> result) { stopped = result; });
  runtime_.RunReady();
  EXPECT_EQ(stopped.value_or(-1), 0);
}

TEST_F(RelayManagerTest, RestoresEveryRelayWithAHigherEpoch) {
  ASSERT_TRUE(Create("a", Frames(9)).ok());
  ASSERT_TRUE(Create("b", Frames()).ok());
  const uint64_t epoch = manager_->Get("b")->status().owner().epoch();
  manager_ = NewManager();
  ASSERT_TRUE(manager_->Restore().ok());
  runtime_.RunReady();
  EXPECT_THAT(Keys(), ElementsAre("a", "b"));
  EXPECT_EQ(manager_->Get("a")->spec().frames().fps(), 9u);
  EXPECT_EQ(manager_->Get("a")->status().state(), relay::v1::RELAY_STATE_STALE);
  EXPECT_GT(manager_->Get("a")->status().owner().epoch(), epoch);
}

TEST_F(RelayManagerTest, DrainHandsOverAndKeepsTheState) {
  ASSERT_TRUE(Create("a", Frames()).ok());
  bool drained = false;
  manager_->Drain([&] { drained = true; });
  runtime_.Advance(absl::Seconds(3));
  EXPECT_TRUE(drained);
  ASSERT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  EXPECT_TRUE(publish_.Heard<flow::PublishClose>()[0].handover);
  EXPECT_THAT(memory_->List()->records, SizeIs(1));
  EXPECT_EQ(Create("b", Frames()).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(manager_->Find("a").status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(RelayManagerTest, UpdateChangesInPlaceAndKeepsTheOrigin) {
  const uint64_t first = Create("a", Frames(5, "robot_relay"))->relay.revision();
  const auto updated = Update("a", Frames(10));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->spec().frames().fps(), 10u);
  EXPECT_EQ(updated->spec().origin(), "robot_relay");
  EXPECT_GT(updated->revision(), first);
  EXPECT_EQ(manager_->Get("a")->spec().frames().fps(), 10u);
  manager_ = NewManager();
  ASSERT_TRUE(manager_->Restore().ok());
  EXPECT_EQ(manager_->Get("a")->spec().frames().fps(), 10u);
}

TEST_F(RelayManagerTest, UpdateComparesTheRevision) {
  const uint64_t revision = Create("a", Frames())->relay.revision();
  EXPECT_EQ(Update("a", Frames(10), revision + 1).status().code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(Update("a", Frames(10), revision).ok());
  EXPECT_EQ(Update("a", Frames(11), revision).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Update("b", Frames()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RelayManagerTest, UpdateWithoutAChangeTouchesNothing) {
  const uint64_t revision = Create("a", Frames())->relay.revision();
  const size_t made = sources_.size();
  EXPECT_EQ(Update("a", Frames(5))->revision(), revision);  // the default, written out
  EXPECT_EQ(sources_.size(), made);
}

TEST_F(RelayManagerTest, AFailedRelayBeginsAnewWhateverChanges) {
  Create("a", Camera("rtsp://cam"));
  runtime_.Advance(absl::Seconds(1));
  ASSERT_EQ(manager_->Get("a")->status().state(), relay::v1::RELAY_STATE_FAILED);
  const size_t made = sources_.size();
  ASSERT_TRUE(Update("a", Camera("rtsp://cam")).ok());
  EXPECT_EQ(sources_.size(), made + 1);
}

TEST_F(RelayManagerTest, UpdateThatCanNotBeStoredChangesNothing) {
  Create("a", Frames(5));
  store_.set_full(true);
  EXPECT_FALSE(Update("a", Frames(10)).ok());
  EXPECT_EQ(manager_->Get("a")->spec().frames().fps(), 5u);
}

TEST_F(RelayManagerTest, WhoGivesBackWhatHeReadKeepsThePassword) {
  Create("a", Camera("rtsp://user:geheim@cam/1"));
  auto spec = manager_->Get("a")->spec();
  EXPECT_EQ(spec.DebugString().find("geheim"), std::string::npos);
  spec.mutable_output()->set_bitrate_kbps(500);
  ASSERT_TRUE(Update("a", spec).ok());
  EXPECT_EQ(std::get<RtspSpec>(sources_.back()).url.password(), "geheim");
}

TEST_F(RelayManagerTest, TwoRelaysDoNotShareAUdpPort) {
  ASSERT_TRUE(Create("a", Rtp(5002)).ok());
  const absl::Status taken = Create("b", Rtp(5002)).status();
  EXPECT_EQ(taken.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(taken.message()), ::testing::HasSubstr("5002"));
  ASSERT_TRUE(Create("b", Rtp(5004)).ok());
  EXPECT_EQ(Update("b", Rtp(5002)).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(Update("a", Rtp(5006)).ok());
  EXPECT_TRUE(Update("b", Rtp(5002)).ok());
}

TEST_F(RelayManagerTest, AStoredSourceThatIsForbiddenNowIsRestoredAsOneThatSaysWhy) {
  Create("a", Camera("rtsp://10.0.0.5"));
  Create("b", Frames());
  rules_.policy = *SourcePolicy::Create({.deny = {"10.0.0.0/8"}});
  manager_ = NewManager();
  ASSERT_TRUE(manager_->Restore().ok());
  EXPECT_THAT(Keys(), ElementsAre("a", "b"));
  EXPECT_TRUE(std::any_of(sources_.begin(), sources_.end(), [](const SourceSpec& spec) {
    return std::holds_alternative<RefusedSpec>(spec);
  }));
}

TEST_F(RelayManagerTest, FindsRelaysByWhatTheyTake) {
  Create("frames", Frames());
  relay::v1::RelaySpec annexb;
  annexb.mutable_annexb();
  Create("pipe", annexb);
  EXPECT_TRUE(manager_->FindForFrames("frames").ok());
  EXPECT_TRUE(manager_->FindForUnits("pipe").ok());
  EXPECT_EQ(manager_->FindForFrames("pipe").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(manager_->FindForUnits("frames").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(manager_->FindForUnits("nobody").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace relayfleet::ingest
