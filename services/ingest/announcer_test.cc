// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/announcer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using media::Codec;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AnnouncerTest : public ::testing::Test {
 protected:
  AnnouncerTest() {
    stream_.SetLink(&link_);
    link_.Start();
    runtime_.RunReady();
    publish_.Say(flow::PublishOpened{});
    publish_.Say(flow::Credit{1000});
    runtime_.RunReady();
  }

  static media::Packet Packet(bool key = true) {
    return {.key = key, .payload = media::MakePayload("x")};
  }
  // Codecs of each announcement.
  std::vector<std::vector<Codec>> Announced() {
    runtime_.RunReady();
    std::vector<std::vector<Codec>> all;
    for (const auto& message : publish_.Heard<media::Message>()) {
      const auto* info = std::get_if<media::StreamInfo>(&message);
      if (info == nullptr) continue;
      auto& codecs = all.emplace_back();
      for (const media::Track& track : info->tracks) codecs.push_back(track.codec);
    }
    return all;
  }
  std::vector<uint32_t> Tracks() {
    runtime_.RunReady();
    std::vector<uint32_t> tracks;
    for (const media::Packet& packet : publish_.Packets()) tracks.push_back(packet.track);
    return tracks;
  }
  PublishLink::Handler Handler() {
    return {.on_up = [](const flow::PublishOpened&) {},
            .on_room = [](uint32_t) {},
            .on_written = [](uint64_t, uint64_t, uint32_t) {},
            .on_dropped = [](uint64_t, uint64_t, absl::string_view) {},
            .on_need_key = [](flow::NeedKeyReason) {},
            .on_online = [](const flow::Online&) {},
            .on_lost = [](const flow::Lost&) {},
            .on_down = [](const absl::Status&, absl::Duration) {},
            .on_silent = [](absl::Duration) {},
            .on_heard = [] {}};
  }

  base::testing::FakeRuntime runtime_;
  testing::ScriptedPublish publish_{runtime_.NewStrand()};
  flow::DirectPublishConnector connector_{&publish_};
  PublishedStream stream_{runtime_.clock()};
  PublishLink link_{runtime_.NewStrand(), connector_, {.path = "cam"}, Handler()};
  uint64_t dropped_ = 0;
  Announcer announcer_{runtime_.NewStrand(), stream_, [this](uint64_t n) { dropped_ += n; }};
};

TEST_F(AnnouncerTest, AnnouncesAllTracksAtOnceAndThenWhatWasHeld) {
  announcer_.Expect(true, true);
  announcer_.SetAudio({.id = 9, .codec = Codec::kAac, .clock_rate = 44100});
  announcer_.SendAudio(Packet());
  EXPECT_THAT(Announced(), IsEmpty());
  announcer_.SetVideo({.codec = Codec::kH264});
  announcer_.SendVideo(Packet());
  EXPECT_THAT(Announced(), ElementsAre(ElementsAre(Codec::kH264, Codec::kAac)));
  EXPECT_THAT(Tracks(), ElementsAre(1, 0));
  EXPECT_EQ(dropped_, 0u);
}

TEST_F(AnnouncerTest, AudioAloneIsTheFirstTrack) {
  announcer_.Expect(false, true);
  announcer_.SetAudio({.codec = Codec::kOpus, .clock_rate = 48000});
  announcer_.SendAudio(Packet());
  EXPECT_THAT(Announced(), ElementsAre(ElementsAre(Codec::kOpus)));
  EXPECT_THAT(Tracks(), ElementsAre(0));
}

TEST_F(AnnouncerTest, ASilentMicrophoneHoldsNothingUp) {
  announcer_.Expect(true, true);
  announcer_.SetVideo({.codec = Codec::kH264});
  announcer_.SendVideo(Packet());
  runtime_.Advance(Announcer::kAudioWait);
  EXPECT_THAT(Announced(), ElementsAre(ElementsAre(Codec::kH264)));
  EXPECT_THAT(Tracks(), SizeIs(1));
}

TEST_F(AnnouncerTest, WhatIsHeldIsBoundedAndCounted) {
  announcer_.Expect(true, true);
  for (int i = 0; i < 100; ++i) announcer_.SendVideo(Packet(/*key=*/i == 0));
  EXPECT_EQ(dropped_, 36u);
  announcer_.SetVideo({.codec = Codec::kH264});
  runtime_.Advance(Announcer::kAudioWait);
  EXPECT_EQ(stream_.next_seq(), 65u);
}

TEST_F(AnnouncerTest, WithoutAudioFromNowOnItIsLeftOut) {
  announcer_.Expect(true, true);
  announcer_.SetVideo({.codec = Codec::kH264});
  announcer_.SetAudio({.codec = Codec::kAac, .clock_rate = 44100});
  announcer_.Expect(true, false);
  EXPECT_THAT(Announced(), ElementsAre(SizeIs(2), SizeIs(1)));
  announcer_.SendAudio(Packet());
  EXPECT_THAT(Tracks(), IsEmpty());
  EXPECT_EQ(dropped_, 1u);
}

}  // namespace
}  // namespace relayfleet::ingest
