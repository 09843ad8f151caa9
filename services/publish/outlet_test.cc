// SPDX-License-Identifier: Apache-2.0

#include "services/publish/outlet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "services/publish/testing/fake_dialer.h"

namespace relayfleet::publish {
namespace {

using flow::NeedKeyReason;
using ::testing::ElementsAre;
using testing::FakeServer;
using ::testing::IsEmpty;
using testing::TestPacket;

constexpr const char* kReasons[] = {"offline", "need_key",     "old",
                                    "stalled", "session_lost", "superseded"};

class OutletTest : public ::testing::Test {
 protected:
  OutletTest() {
    Line line = server_.NewLine();
    outlet_ = std::make_unique<Outlet>(
        line.strand, std::move(line.dialer), *ParseMediaServer("mtx"), "cam", Outlet::Options{},
        Outlet::Handler{
            .on_written = [this](uint64_t tag,
                                 const media::Packet& packet) { Add(tag, "written", packet); },
            .on_dropped =
                [this](uint64_t tag, const media::Packet& packet, DropReason reason) {
                  Add(tag, kReasons[static_cast<int>(reason)], packet);
                },
            .on_need_key = [this](NeedKeyReason reason) { need_keys_.push_back(reason); },
            .on_key = [this] { ++keys_; },
            .on_online = [] {},
            .on_lost = [this](const flow::Lost&) { ++lost_; }});
  }
  ~OutletTest() override { outlet_->Stop(); }

  void Add(uint64_t tag, const char* fate, const media::Packet& packet) {
    fates_.push_back(absl::StrCat(tag, ":", packet.dts, " ", fate));
  }
  void GoOnline() {
    ASSERT_TRUE(outlet_->SetFormat({.tracks = {testing::TestTrack()}}).ok());
    runtime_.RunReady();
    ASSERT_TRUE(outlet_->online());
    need_keys_.clear();
  }
  void Key(int64_t dts, uint64_t tag = 1) { outlet_->Push(TestPacket(dts, true), tag); }
  void Delta(int64_t dts, uint64_t tag = 1) { outlet_->Push(TestPacket(dts, false), tag); }
  std::vector<std::string> Fates() {
    runtime_.RunReady();
    return std::exchange(fates_, {});
  }

  base::testing::FakeRuntime runtime_;
  FakeServer server_{&runtime_};
  std::unique_ptr<Outlet> outlet_;
  std::vector<std::string> fates_;
  std::vector<NeedKeyReason> need_keys_;
  int keys_ = 0;
  int lost_ = 0;
};

TEST_F(OutletTest, WritesInOrderFromTheFirstKey) {
  GoOnline();
  Key(1);
  Delta(2);
  Delta(3);
  EXPECT_THAT(Fates(), ElementsAre("1:1 written", "1:2 written", "1:3 written"));
  EXPECT_THAT(server_.written(), ElementsAre("KEY 1", "2", "3"));
  EXPECT_EQ(outlet_->tracks().last_dts().at(0), 3);
  EXPECT_EQ(keys_, 1);
}

TEST_F(OutletTest, AsksForAKeyWhenASessionBeginsWithoutOne) {
  ASSERT_TRUE(outlet_->SetFormat({.tracks = {testing::TestTrack()}}).ok());
  runtime_.RunReady();
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kConnected));
  Delta(1);
  EXPECT_THAT(Fates(), ElementsAre("1:1 need_key"));
}

TEST_F(OutletTest, TheFirstPictureWaitsForTheHandshake) {
  server_.set_accepting(false);
  ASSERT_TRUE(outlet_->SetFormat({.tracks = {testing::TestTrack()}}).ok());
  Key(1);
  Delta(2);
  runtime_.Advance(absl::Milliseconds(200));
  EXPECT_THAT(Fates(), IsEmpty());
  server_.Record();
  EXPECT_THAT(Fates(), ElementsAre("1:1 written", "1:2 written"));
  EXPECT_THAT(need_keys_, IsEmpty());
}

TEST_F(OutletTest, NothingWaitsLongerThanTheHold) {
  server_.set_accepting(false);
  ASSERT_TRUE(outlet_->SetFormat({.tracks = {testing::TestTrack()}}).ok());
  Key(1);
  runtime_.Advance(absl::Milliseconds(100));
  Delta(2);
  runtime_.Advance(absl::Milliseconds(100));
  Key(3);
  runtime_.Advance(absl::Milliseconds(50));
  EXPECT_THAT(Fates(), ElementsAre("1:1 offline", "1:2 offline"));  // 2 needs 1
  server_.Record();
  EXPECT_THAT(Fates(), ElementsAre("1:3 written"));
}

TEST_F(OutletTest, TakesParameterSetsFromTheFirstKeyWhenTheFormatHasNone) {
  media::Track track = testing::TestTrack();
  track.sps = track.pps = "";
  ASSERT_TRUE(outlet_->SetFormat({.tracks = {track}}).ok());
  runtime_.RunReady();
  Delta(1);
  EXPECT_THAT(Fates(), ElementsAre("1:1 offline"));
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kConnected));
  media::Packet key = TestPacket(2, true);
  key.payload = media::MakePayload(std::string("\0\0\0\1\x67S\0\0\0\1\x68P\0\0\0\1\x65x", 19));
  outlet_->Push(key, 1);
  EXPECT_THAT(Fates(), ElementsAre("1:2 written"));
  ASSERT_EQ(server_.dialled().size(), 1u);
  EXPECT_EQ(server_.dialled()[0].track().sps, "\x67S");
  EXPECT_EQ(server_.dialled()[0].track().pps, "\x68P");
}

TEST_F(OutletTest, NewParameterSetsGoInBandAndIntoTheNextAnnounce) {
  GoOnline();
  media::Packet key = TestPacket(1, true);
  key.payload = media::MakePayload(std::string("\0\0\0\1\x67S\0\0\0\1\x68P\0\0\0\1\x65x", 19));
  outlet_->Push(key, 1);
  EXPECT_THAT(Fates(), ElementsAre("1:1 written"));
  EXPECT_EQ(server_.dialled().size(), 1u);
  server_.Close(absl::UnavailableError("gone"));
  runtime_.Advance(absl::Seconds(1));
  ASSERT_EQ(server_.dialled().size(), 2u);
  EXPECT_EQ(server_.dialled()[1].track().sps, "\x67S");
}

TEST_F(OutletTest, PacketsThatAreNotLaterAreFencedOff) {
  GoOnline();
  Key(10);
  Delta(20);
  Delta(20);
  Delta(15);
  Delta(30);
  EXPECT_THAT(Fates(),
              ElementsAre("1:20 old", "1:15 old", "1:10 written", "1:20 written", "1:30 written"));
}

TEST_F(OutletTest, AReplayedStreamGoesOnWhereItIsNew) {
  GoOnline();
  Key(10);
  Delta(20);
  Fates();
  outlet_->BeginStream();
  Key(10, 2);
  Delta(20, 2);
  Delta(30, 2);
  EXPECT_THAT(Fates(), ElementsAre("2:10 old", "2:20 old", "2:30 written"));
}

TEST_F(OutletTest, AReplayDoesNotServeReadersOfANewSession) {
  GoOnline();
  Key(10);
  Fates();
  server_.Close(absl::UnavailableError("gone"));
  runtime_.Advance(absl::Seconds(1));
  outlet_->BeginStream();
  Key(10, 2);
  Delta(30, 2);
  EXPECT_THAT(Fates(), ElementsAre("2:10 old", "2:30 need_key"));
}

TEST_F(OutletTest, AnotherStreamMustBeginWithAKey) {
  GoOnline();
  Key(10);
  Fates();
  outlet_->BeginStream();
  Delta(20, 2);
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kLoss));
  Key(30, 2);
  EXPECT_THAT(Fates(), ElementsAre("2:20 need_key", "2:30 written"));
}

TEST_F(OutletTest, AGapDropsUpToTheNextKey) {
  GoOnline();
  Key(1);
  outlet_->MarkGap();
  Delta(2);
  Key(3);
  Delta(4);
  EXPECT_THAT(Fates(), ElementsAre("1:2 need_key", "1:1 written", "1:3 written", "1:4 written"));
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kLoss));
}

TEST_F(OutletTest, DropsWhileTheServerIsAwayAndResumesWithAKey) {
  GoOnline();
  Key(1);
  Fates();
  server_.Close(absl::UnavailableError("gone"));
  runtime_.RunReady();
  Key(2);
  Delta(3);
  EXPECT_THAT(Fates(), ElementsAre("1:2 offline", "1:3 offline"));
  runtime_.Advance(absl::Seconds(1));
  ASSERT_TRUE(outlet_->online());
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kConnected));
  Delta(4);
  Key(5);
  EXPECT_THAT(Fates(), ElementsAre("1:4 need_key", "1:5 written"));
}

TEST_F(OutletTest, WhatWasOnItsWayIsLostWithTheSession) {
  GoOnline();
  server_.Stall();
  Key(1);
  Delta(2);
  server_.Close(absl::DeadlineExceededError("stalled"));
  EXPECT_THAT(Fates(), ElementsAre("1:1 session_lost", "1:2 offline"));
}

TEST_F(OutletTest, AFullSocketDropsWhatWaitedTooLongAndAsksForAKey) {
  GoOnline();
  Key(1);
  Fates();
  server_.Stall();
  Delta(2);
  Delta(3);
  Delta(4);
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(Fates(), ElementsAre("1:3 stalled", "1:4 stalled"));  // 2 has begun to leave
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kLoss));
  Delta(5);
  Key(6);
  server_.Flow();
  EXPECT_THAT(Fates(), ElementsAre("1:5 need_key", "1:2 written", "1:6 written"));
}

TEST_F(OutletTest, WhatWaitedForAReportLeavesAsSoonAsTheSocketIsFree) {
  GoOnline();
  Key(1);
  Fates();
  server_.Occupy();
  Delta(2);
  EXPECT_THAT(Fates(), IsEmpty());
  server_.Free();
  EXPECT_THAT(Fates(), ElementsAre("1:2 written"));
}

// What of the video was written.
std::string Text(const std::map<uint32_t, flow::WrittenRun>& runs) {
  const auto run = runs.find(0);
  if (run == runs.end()) return "nothing";
  return absl::StrCat(run->second.first_dts, " to ", run->second.last_dts);
}

TEST_F(OutletTest, KnowsWhatWasWrittenFromWhatWasHandedOver) {
  GoOnline();
  EXPECT_EQ(Text(outlet_->tracks().written()), "nothing");
  Key(1);
  Delta(2);
  Fates();
  EXPECT_EQ(Text(outlet_->tracks().written()), "1 to 2");
  server_.Stall();
  Delta(3);
  Fates();
  EXPECT_EQ(outlet_->tracks().last_dts().at(0), 3);
  EXPECT_EQ(Text(outlet_->tracks().written()), "1 to 2");
  server_.Close(absl::UnavailableError("gone"));
  EXPECT_THAT(Fates(), ElementsAre("1:3 session_lost"));
  EXPECT_EQ(Text(outlet_->tracks().written()), "1 to 2");
}

TEST_F(OutletTest, WhatWasDroppedIsInNoRunOfWrittenOnes) {
  GoOnline();
  Key(1);
  Fates();
  server_.Stall();
  Delta(2);
  Delta(3);
  runtime_.Advance(absl::Milliseconds(250));
  Delta(4);
  server_.Flow();
  EXPECT_THAT(Fates(), ElementsAre("1:3 stalled", "1:4 need_key", "1:2 written"));
  EXPECT_EQ(Text(outlet_->tracks().written()), "1 to 2");
  Key(5);
  Delta(6);
  Fates();
  EXPECT_EQ(Text(outlet_->tracks().written()), "5 to 6");
  Delta(5);
  EXPECT_THAT(Fates(), ElementsAre("1:5 old"));
  EXPECT_EQ(Text(outlet_->tracks().written()), "6 to 6");
}

TEST_F(OutletTest, AKeyBehindStalePacketsBeginsARun) {
  GoOnline();
  Key(1);
  Fates();
  server_.Stall();
  Delta(2);
  Delta(3);
  runtime_.Advance(absl::Milliseconds(200));
  Key(4);
  runtime_.Advance(absl::Milliseconds(50));
  server_.Flow();
  EXPECT_THAT(Fates(), ElementsAre("1:3 stalled", "1:2 written", "1:4 written"));
  EXPECT_EQ(Text(outlet_->tracks().written()), "4 to 4");
}

TEST_F(OutletTest, RefusesWhatItCannotPublish) {
  media::Track jpeg = {.codec = media::Codec::kJpeg};
  EXPECT_TRUE(absl::IsInvalidArgument(outlet_->SetFormat({.tracks = {jpeg}})));
  EXPECT_TRUE(absl::IsInvalidArgument(outlet_->SetFormat({})));
  const media::Track track = testing::TestTrack();
  EXPECT_TRUE(absl::IsInvalidArgument(outlet_->SetFormat({.tracks = {track, track}})));
  EXPECT_TRUE(server_.dialled().empty());
}

// --- audio beside the video ----------------------------------------------------------------------

class OutletAudioTest : public OutletTest {
 protected:
  OutletAudioTest() {
    EXPECT_TRUE(outlet_->SetFormat(Both()).ok());
    runtime_.RunReady();
    need_keys_.clear();
  }
  static media::StreamInfo Both() {
    return {.tracks = {testing::TestTrack(), testing::TestAudio()}};
  }
  void Sound(int64_t dts) { outlet_->Push(testing::TestSound(dts), 1); }
};

TEST_F(OutletAudioTest, SoundWaitsForNoKey) {
  Sound(100);
  Delta(1);
  Sound(200);
  EXPECT_THAT(Fates(), ElementsAre("1:1 need_key", "1:100 written", "1:200 written"));
  EXPECT_THAT(server_.written(), ElementsAre("audio 100", "audio 200"));
  EXPECT_EQ(keys_, 0);
  Key(2);
  EXPECT_THAT(Fates(), ElementsAre("1:2 written"));
}

TEST_F(OutletAudioTest, EachTrackIsFencedByItself) {
  Key(1000);
  Sound(100);
  Sound(100);
  Delta(1000);
  Delta(1001);
  EXPECT_THAT(Fates(), ElementsAre("1:100 old", "1:1000 old", "1:1000 written", "1:100 written",
                                   "1:1001 written"));
  EXPECT_THAT(outlet_->tracks().last_dts(), ElementsAre(std::pair(0, 1001), std::pair(1, 100)));
}

TEST_F(OutletAudioTest, SoundSurvivesWhatIsDroppedOfTheVideo) {
  Key(1);
  Fates();
  server_.Stall();
  Delta(2);
  Delta(3);
  runtime_.Advance(absl::Milliseconds(200));
  Sound(100);
  Delta(4);
  runtime_.Advance(absl::Milliseconds(50));
  server_.Flow();
  EXPECT_THAT(Fates(), ElementsAre("1:3 stalled", "1:4 stalled", "1:2 written", "1:100 written"));
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kLoss));
}

TEST_F(OutletAudioTest, ASessionThatBeginsWithSoundAloneAsksForAKey) {
  server_.set_accepting(false);
  server_.Close(absl::UnavailableError("gone"));
  runtime_.Advance(absl::Milliseconds(600));
  Sound(100);
  need_keys_.clear();
  server_.Record();
  EXPECT_THAT(Fates(), ElementsAre("1:100 written"));
  EXPECT_THAT(need_keys_, ElementsAre(NeedKeyReason::kConnected));
}

TEST_F(OutletAudioTest, OtherTracksBeginAnotherSessionAndTheirLinesGoOn) {
  Key(1);
  Sound(100);
  Fates();
  ASSERT_TRUE(outlet_->SetFormat({.tracks = {testing::TestTrack()}}).ok());
  EXPECT_EQ(lost_, 1);
  runtime_.RunReady();
  ASSERT_TRUE(outlet_->online());
  ASSERT_EQ(server_.dialled().size(), 2u);
  EXPECT_EQ(server_.dialled()[1].tracks.size(), 1u);
  Delta(2);
  Key(1);
  Key(3);
  EXPECT_THAT(Fates(), ElementsAre("1:2 need_key", "1:1 old", "1:3 written"));
}

TEST_F(OutletAudioTest, OtherParameterSetsNeedNoOtherSession) {
  media::StreamInfo info = Both();
  info.tracks[0].sps = "\x67T";
  info.tracks[0].width = 128;
  ASSERT_TRUE(outlet_->SetFormat(info).ok());
  runtime_.RunReady();
  EXPECT_EQ(server_.dialled().size(), 1u);
  EXPECT_EQ(lost_, 0);
}

TEST_F(OutletAudioTest, AnotherCodecWaitsForItsParameterSets) {
  Key(1);
  Fates();
  media::StreamInfo info = Both();
  info.tracks[0] = {.codec = media::Codec::kH265};
  ASSERT_TRUE(outlet_->SetFormat(info).ok());
  Sound(100);
  EXPECT_THAT(Fates(), ElementsAre("1:100 offline"));
  EXPECT_EQ(server_.dialled().size(), 1u);
  media::Packet key = TestPacket(2, true);
  key.payload = media::MakePayload(
      std::string("\0\0\0\1\x40\1v\0\0\0\1\x42\1s\0\0\0\1\x44\1p\0\0\0\1\x26\1x", 28));
  outlet_->Push(key, 1);
  EXPECT_THAT(Fates(), ElementsAre("1:2 written"));
  ASSERT_EQ(server_.dialled().size(), 2u);
  EXPECT_EQ(server_.dialled()[1].track().vps, "\x40\1v");
}

TEST_F(OutletAudioTest, OneOfEachIsPublished) {
  media::Track second = testing::TestAudio();
  second.id = 2;
  media::StreamInfo info = Both();
  info.tracks.push_back(second);
  EXPECT_TRUE(absl::IsInvalidArgument(outlet_->SetFormat(info)));
  EXPECT_TRUE(absl::IsInvalidArgument(outlet_->SetFormat({.tracks = {second}})));
  info = Both();
  info.tracks[1].id = 0;
  EXPECT_TRUE(absl::IsInvalidArgument(outlet_->SetFormat(info)));
}

TEST_F(OutletTest, StopCountsWhatDidNotLeave) {
  GoOnline();
  server_.Stall();
  Key(1);
  Delta(2);
  outlet_->Stop();
  EXPECT_THAT(Fates(), ElementsAre("1:1 session_lost", "1:2 offline"));
  EXPECT_EQ(server_.written().back(), "closed");
}

}  // namespace
}  // namespace relayfleet::publish
