// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/publish_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A link to a scripted publish that has room for eight packets.
class PublishLinkTest : public ::testing::Test {
 protected:
  PublishLinkTest() {
    link_.Start();
    link_.SetInfo({.tracks = {{.codec = media::Codec::kH264, .sps = "sps", .pps = "pps"}}});
    Open();
  }

  void Open() {
    Say(flow::PublishOpened{});
    Say(flow::Credit{8});
  }
  void Say(flow::PublishDown down) {
    stage_.Say(std::move(down));
    runtime_.RunReady();
  }
  void Send(bool key = true) {
    pts_ += 3000;
    link_.Send({.pts = pts_, .dts = pts_, .key = key, .payload = media::MakePayload("au")});
    runtime_.RunReady();
  }
  PublishLink::Handler Handler() {
    const auto add = [](std::vector<uint64_t>* to) {
      return [to](uint64_t first, uint64_t last) {
        for (uint64_t seq = first; seq <= last; ++seq) to->push_back(seq);
      };
    };
    return {.on_up = [](const flow::PublishOpened&) {},
            .on_room = [](uint32_t) {},
            .on_written = [add = add(&written_)](uint64_t first, uint64_t last,
                                                 uint32_t) { add(first, last); },
            .on_dropped = [add = add(&dropped_)](uint64_t first, uint64_t last,
                                                 absl::string_view) { add(first, last); },
            .on_need_key = [this](flow::NeedKeyReason) { ++need_keys_; },
            .on_online = [](const flow::Online&) {},
            .on_lost = [](const flow::Lost&) {},
            .on_down = [this](const absl::Status&, absl::Duration) { ++downs_; },
            .on_silent = [this](absl::Duration) { ++silent_; },
            .on_heard = [this] { ++heard_; }};
  }
  std::vector<bool> Handovers() const {
    std::vector<bool> found;
    for (const auto& close : stage_.Heard<flow::PublishClose>()) found.push_back(close.handover);
    return found;
  }

  base::testing::FakeRuntime runtime_;
  testing::ScriptedPublish stage_{runtime_.NewStrand()};
  flow::DirectPublishConnector connector_{&stage_};
  std::vector<uint64_t> written_;
  std::vector<uint64_t> dropped_;
  int need_keys_ = 0;
  int downs_ = 0;
  int silent_ = 0;
  int heard_ = 0;
  int64_t pts_ = 0;
  PublishLink link_{runtime_.NewStrand(), connector_, {.path = "robot/cam"}, Handler()};
};

TEST_F(PublishLinkTest, OneThatDrainsWithNothingOnItsWayIsHandedOverAtOnce) {
  Say(flow::Draining{});
  EXPECT_THAT(Handovers(), ElementsAre(true));
}

TEST_F(PublishLinkTest, OneThatDrainsWritesWhatItHasAndGetsNoMore) {
  Send();
  Send(/*key=*/false);
  Say(flow::Draining{});
  Send(/*key=*/false);
  EXPECT_THAT(Handovers(), IsEmpty());
  EXPECT_THAT(stage_.Packets(), SizeIs(2));
  Say(flow::WrittenThrough{.seq = 2});
  EXPECT_THAT(written_, ElementsAre(1u, 2u));
  EXPECT_THAT(Handovers(), ElementsAre(true));
}

TEST_F(PublishLinkTest, AfterADrainTheNextSessionBeginsWithAKeyFrame) {
  Say(flow::Draining{});
  Send();
  stage_.CloseInOrder();
  runtime_.RunReady();
  EXPECT_EQ(downs_, 1);
  EXPECT_THAT(dropped_, ElementsAre(1u));
  runtime_.Advance(absl::Milliseconds(50));
  ASSERT_EQ(stage_.sessions(), 2);
  const int before = need_keys_;
  Open();
  EXPECT_EQ(need_keys_, before + 1);
  Send();
  EXPECT_THAT(stage_.Packets(), SizeIs(1));
}

TEST_F(PublishLinkTest, WhatIsNotWrittenSoonDoesNotHoldTheHandoverUp) {
  Send();
  Say(flow::Draining{});
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(Handovers(), ElementsAre(true));
}

TEST_F(PublishLinkTest, OneThatDrainsAndDoesNotEndIsLeft) {
  Say(flow::Draining{});
  runtime_.Advance(absl::Milliseconds(600));
  EXPECT_EQ(downs_, 1);
  EXPECT_EQ(stage_.sessions(), 2);
}

TEST_F(PublishLinkTest, StopGoesOnWhileItDrains) {
  Say(flow::Draining{});
  bool stopped = false;
  link_.Stop(/*handover=*/false, absl::Seconds(2), [&] { stopped = true; });
  stage_.CloseInOrder();
  runtime_.RunReady();
  EXPECT_TRUE(stopped);
  runtime_.Advance(absl::Seconds(10));
  EXPECT_EQ(stage_.sessions(), 1);
}

TEST_F(PublishLinkTest, AFrozenPublishIsToldAndOneThatThawsToo) {
  runtime_.Advance(absl::Seconds(60));
  EXPECT_EQ(silent_, 0);
  Send();
  runtime_.Advance(absl::Seconds(2));
  EXPECT_EQ(silent_, 1);
  EXPECT_EQ(downs_, 0);
  Say(flow::WrittenThrough{.seq = 1});
  EXPECT_EQ(heard_, 1);
}

}  // namespace
}  // namespace relayfleet::ingest
