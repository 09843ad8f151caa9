// SPDX-License-Identifier: Apache-2.0

// What relays do with the tracks of a source that is read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "services/ingest/testing/source_relay_fixture.h"

namespace relayfleet::ingest::testing {
namespace {

using media::Codec;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(SourceRelayTest, CopiesWhatCanBeCopied) {
  Make();
  EXPECT_EQ(Status().attempt(), 1u);
  Info({H264()});
  Packet(DeltaUnit(), false, 0);  // of no use before a key frame
  EXPECT_EQ(script_.asked_keys, 1);
  Gop(3);
  ASSERT_THAT(Announced(), SizeIs(1));
  EXPECT_EQ(Announced()[0].tracks[0].sps, Sps(kBaseline720p));
  ASSERT_THAT(publish_.Packets(), SizeIs(4));
  EXPECT_EQ(publish_.Packets()[3].pts - publish_.Packets()[0].pts, 3 * kFrame);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
  EXPECT_EQ(Status().attempt(), 0u);
  EXPECT_EQ(Status().source_info(),
            "H264 1280x720 5 fps, copied: no B-frames, within size and rate");
  EXPECT_EQ(Status().source_dropped(), 1u);
  EXPECT_EQ(Status().frames_out(), 4u);
  EXPECT_EQ(transcode_.sessions(), 0);
}

TEST_F(SourceRelayTest, TranscodesWhatCantBeCopied) {
  Make();
  Info({{.codec = Codec::kLibav, .width = 640, .height = 480, .codec_name = "vp8"}});
  OpenTranscode();
  ASSERT_THAT(transcode_.Heard<flow::TranscodeOpen>(), SizeIs(1));
  EXPECT_EQ(transcode_.Heard<flow::TranscodeOpen>()[0].spec.height, 480);
  Packet("vp8", true, 0);
  ASSERT_THAT(transcode_.Packets(), SizeIs(1));
  TranscodeInfo(H264());
  Output(1, transcode_.Packets()[0].pts);
  ASSERT_THAT(publish_.Packets(), SizeIs(1));
  EXPECT_EQ(publish_.Packets()[0].pts, transcode_.Packets()[0].pts);
  EXPECT_EQ(Status().encoder(), "libx264");
  EXPECT_EQ(Status().source_info(), "vp8 640x480, transcoded: not H.264");
}

TEST_F(SourceRelayTest, AnotherSpsIsAnotherGeneration) {
  Make({.mode = OutputMode::kCopy});
  Info({H264()});
  Gop(1);
  Gop(1, kHighWithB);
  ASSERT_THAT(Announced(), SizeIs(2));
  EXPECT_EQ(Announced()[1].generation, 2u);
  EXPECT_EQ(Announced()[1].tracks[0].sps, Sps(kHighWithB));
  EXPECT_EQ(publish_.Packets()[2].generation, 2u);
  EXPECT_THAT(Status().source_info(), HasSubstr("B-frames: WebRTC readers will be closed"));
}

TEST_F(SourceRelayTest, AudioIsAnnouncedWithTheVideoAndTravelsAlong) {
  Make();
  Info({AudioTrack(Codec::kPcmu), {.id = 3, .codec = Codec::kH264, .sps = Sps(kBaseline720p)}});
  Packet("audio", true, 0, 7);
  EXPECT_THAT(Announced(), IsEmpty());
  Packet(KeyUnit(), true, 0, 3);
  Packet("audio", true, 160, 7);
  ASSERT_THAT(Announced(), SizeIs(1));
  ASSERT_THAT(Announced()[0].tracks, SizeIs(2));
  EXPECT_EQ(Announced()[0].tracks[1].codec, Codec::kPcmu);
  EXPECT_EQ(Announced()[0].tracks[1].id, 1u);
  ASSERT_THAT(publish_.Packets(), SizeIs(3));
  EXPECT_EQ(publish_.Packets()[2].track, 1u);
  WriteAll();
  EXPECT_EQ(Status().frames_out(), 1u);  // pictures only
}

TEST_F(SourceRelayTest, AudioThatIsToBeTranscodedIsWaitedForButNotForEver) {
  Make({.audio = AudioMode::kOpus});
  Info({H264(), AudioTrack(Codec::kPcmu)});
  OpenTranscode();
  ASSERT_TRUE(transcode_.Heard<flow::TranscodeOpen>()[0].spec.audio.has_value());
  Packet(KeyUnit(), true, 0);
  EXPECT_THAT(Announced(), IsEmpty());
  Advance(absl::Milliseconds(1500));
  ASSERT_THAT(Announced(), SizeIs(1));
  EXPECT_THAT(Announced()[0].tracks, SizeIs(1));
  EXPECT_THAT(publish_.Packets(), SizeIs(1));  // what was held
  TranscodeInfo({.codec = Codec::kOpus, .clock_rate = 48000, .channels = 1});
  ASSERT_THAT(Announced(), SizeIs(2));
  EXPECT_THAT(Announced()[1].tracks, SizeIs(2));
}

TEST_F(SourceRelayTest, AskedForAKeyFrameItAsksTheCameraWhereItCopies) {
  Make();
  Info({H264()});
  Gop(0);
  Advance(absl::Seconds(1));
  const int before = script_.asked_keys;
  publish_.Say(flow::NeedKey{flow::NeedKeyReason::kPeriodic});
  Run();
  EXPECT_EQ(script_.asked_keys, before);
  publish_.Say(flow::NeedKey{flow::NeedKeyReason::kReader});
  publish_.Say(flow::NeedKey{flow::NeedKeyReason::kReader});
  Run();
  EXPECT_EQ(script_.asked_keys, before + 1);
}

TEST_F(SourceRelayTest, AskedForAKeyFrameItAsksTranscodeWhereItTranscodes) {
  Make({.mode = OutputMode::kTranscode});
  Info({H264()});
  Gop(0);
  OpenTranscode();
  const int before = script_.asked_keys;
  publish_.Say(flow::NeedKey{flow::NeedKeyReason::kReader});
  Run();
  EXPECT_THAT(transcode_.Heard<flow::ForceIdr>(), SizeIs(1));
  EXPECT_EQ(script_.asked_keys, before);
}

TEST_F(SourceRelayTest, BFramesThatShowLateAreTranscodedFromThenOn) {
  Make();
  Info({H264()});
  Packet(KeyUnit(), true, 0);
  for (int64_t gop = 0; gop < 4; ++gop) {
    for (int64_t frame : {3, 1, 2}) Packet(DeltaUnit(), false, (gop * 3 + frame) * kFrame);
  }
  EXPECT_EQ(transcode_.sessions(), 1);
  EXPECT_THAT(Status().source_info(), HasSubstr("transcoded: B-frames"));
  OpenTranscode();
  EXPECT_THAT(transcode_.Packets(), IsEmpty());
  Packet(KeyUnit(), true, 20 * kFrame);
  EXPECT_THAT(transcode_.Packets(), SizeIs(1));
}

}  // namespace
}  // namespace relayfleet::ingest::testing
