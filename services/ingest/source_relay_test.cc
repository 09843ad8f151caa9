// SPDX-License-Identifier: Apache-2.0

// Relays whose source is read, between a scripted source and scripted stages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/relay.h"
#include "services/ingest/testing/null_observer.h"
#include "services/ingest/testing/scripted_source.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest {
namespace {

using media::Codec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kFrame = 3000;
// Made by x264: 1280x720 and, with B-frames, another size.
const char* const kBaseline720p = "6742c01fd9005005bb0110000003001000000300a0f1832480";
const char* const kHighWithB = "6764001eacd940a02ff97011000003000100000300320f162d96";

std::string Sps(const char* hex) { return absl::HexStringToBytes(hex); }

std::string KeyUnit(const char* sps = kBaseline720p) {
  const std::string start("\0\0\0\1", 4);
  return absl::StrCat(start, Sps(sps), start, "\x68pps", start, "\x65idr");
}
std::string DeltaUnit() { return absl::StrCat(std::string("\0\0\0\1", 4), "\x41p"); }

media::Track H264(const char* sps = kBaseline720p) {
  return {.codec = Codec::kH264, .sps = Sps(sps), .pps = "\x68pps"};
}
media::Track AudioTrack(Codec codec) {
  return {.id = 7, .codec = codec, .clock_rate = 8000, .channels = 1};
}

class SourceRelayTest : public ::testing::Test {
 protected:
  void Make(OutputSpec output = {}, std::string path = "cam") {
    relay_ = Relay::Start({.key = "cam",
                           .spec = Spec(output, path),
                           .source = std::make_unique<testing::ScriptedSource>(script_),
                           .epoch = 7},
                          runtime_.NewStrand(), {to_transcode_, to_publish_}, observer_);
    Run();
    OpenPublish();
  }
  static ResolvedSpec Spec(OutputSpec output, std::string path = "cam") {
    return {.source = RtpSpec(), .output = std::move(output), .path = std::move(path)};
  }
  void Update(ResolvedSpec spec) {
    relay_->Update(std::move(spec), std::make_unique<testing::ScriptedSource>(script_));
    Run();
  }
  void Run() { runtime_.RunReady(); }
  void Advance(absl::Duration time) { runtime_.Advance(time); }
  void OpenPublish(flow::PublishOpened opened = {}) {
    publish_.Say(std::move(opened));
    publish_.Say(flow::Credit{1000});
    publish_.Say(flow::Online{.rtsp_url = "rtsp://h/cam", .control_api = true});
    Run();
  }
  void OpenTranscode() {
    transcode_.Say(flow::TranscodeOpened{.encoder = "libx264"});
    transcode_.Say(flow::Credit{100});
    Run();
  }

  void Info(std::vector<media::Track> tracks) {
    script_.say.on_info({.tracks = std::move(tracks)});
  }
  void Packet(std::string unit, bool key, int64_t pts, uint32_t track = 0) {
    script_.say.on_packet({.track = track,
                           .pts = pts,
                           .dts = pts,
                           .key = key,
                           .arrival_time = runtime_.clock().Wall(),
                           .arrival_mono = runtime_.clock().Monotonic(),
                           .payload = media::MakePayload(std::move(unit))});
    Run();
  }
  // A key frame and `deltas` others; each is written at once.
  void Gop(int deltas, const char* sps = kBaseline720p) {
    for (int i = 0; i <= deltas; ++i) {
      Packet(i == 0 ? KeyUnit(sps) : DeltaUnit(), i == 0, pts_);
      pts_ += kFrame;
      WriteAll();
      Advance(absl::Microseconds(33'333));
    }
  }
  void WriteAll() {
    const auto packets = publish_.Packets();
    if (!packets.empty()) publish_.Say(flow::WrittenThrough{.seq = packets.back().seq});
    Run();
  }
  // What transcode makes of the packet `seq`.
  void Output(uint64_t seq, int64_t pts) {
    transcode_.Say(media::Message(media::Packet{.source_seq = seq,
                                                .pts = pts,
                                                .dts = pts,
                                                .key = true,
                                                .payload = media::MakePayload("out")}));
    transcode_.Say(flow::FrameDone{.seq = seq, .outcome = flow::FrameOutcome::kEncoded});
    Run();
  }
  void TranscodeInfo(media::Track track) {
    transcode_.Say(media::Message(media::StreamInfo{.tracks = {std::move(track)}}));
    Run();
  }
  std::vector<media::StreamInfo> Announced() const {
    std::vector<media::StreamInfo> infos;
    for (const auto& message : publish_.Heard<media::Message>()) {
      if (const auto* info = std::get_if<media::StreamInfo>(&message)) infos.push_back(*info);
    }
    return infos;
  }
  void End(absl::Status why) {
    script_.say.on_end(std::move(why));
    Run();
  }
  relay::v1::RelayStatus Status() { return relay_->monitor().Status(); }

  base::testing::FakeRuntime runtime_;
  testing::NullObserver observer_;
  testing::SourceScript script_;
  testing::ScriptedTranscode transcode_{runtime_.NewStrand()};
  testing::ScriptedPublish publish_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector to_transcode_{&transcode_};
  flow::DirectPublishConnector to_publish_{&publish_};
  int64_t pts_ = 0;
  std::shared_ptr<Relay> relay_;
};

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

TEST_F(SourceRelayTest, TheStreamGoesOnAfterAReconnect) {
  Make();
  Info({H264()});
  Gop(3);
  End(absl::UnavailableError("connection reset"));
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RECOVERING);
  EXPECT_EQ(Status().last_error(), "source: connection reset");
  EXPECT_TRUE(Status().has_next_try());
  Advance(absl::Milliseconds(500));
  Info({H264()});
  pts_ = 0;
  Gop(3);
  EXPECT_EQ(publish_.sessions(), 1);
  EXPECT_THAT(Announced(), SizeIs(1));
  ASSERT_THAT(publish_.Packets(), SizeIs(8));
  const int64_t gap = publish_.Packets()[4].pts - publish_.Packets()[3].pts;
  EXPECT_NEAR(gap, 0.533 * 90000, 90);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
  EXPECT_EQ(Status().source_restarts(), 1u);
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

TEST_F(SourceRelayTest, WrongCredentialsFailItUntilItsSpecChanges) {
  Make();
  for (int i = 0; i < 3; ++i) {
    End(absl::UnauthenticatedError("401 Unauthorized"));
    Advance(absl::Seconds(1));
  }
  EXPECT_EQ(script_.opened, 3);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_FAILED);
  EXPECT_EQ(Status().last_error(), "source: 401 Unauthorized");
  EXPECT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  publish_.CloseInOrder();
  Advance(absl::Seconds(100));
  EXPECT_EQ(script_.opened, 3);
  Update(Spec({}));
  EXPECT_EQ(script_.opened, 4);
  OpenPublish();
  Info({H264()});
  Gop(1);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
}

TEST_F(SourceRelayTest, AtTheEndOfItsSourceItStops) {
  Make();
  Info({H264()});
  Gop(3);
  End(absl::OkStatus());
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STOPPED);
  ASSERT_THAT(publish_.Heard<flow::PublishClose>(), SizeIs(1));
  EXPECT_FALSE(publish_.Heard<flow::PublishClose>()[0].handover);
  EXPECT_EQ(script_.open, 0);
}

TEST_F(SourceRelayTest, AnUpdateOnTheSamePathKeepsTheSessionAndTheLine) {
  Make();
  Info({H264()});
  Gop(3);
  const auto before = publish_.Packets().back();
  Update(Spec({.mode = OutputMode::kCopy}));
  EXPECT_EQ(script_.open, 1);
  Info({H264()});
  pts_ = 0;
  Gop(1);
  EXPECT_EQ(publish_.sessions(), 1);
  EXPECT_THAT(Announced(), SizeIs(1));
  EXPECT_GT(publish_.Packets().back().dts, before.dts);
  EXPECT_EQ(publish_.Packets().back().seq, before.seq + 2);
}

TEST_F(SourceRelayTest, AnUpdateOfThePathBeginsASessionThere) {
  Make();
  Info({H264()});
  Gop(3);
  const auto before = publish_.Packets().back();
  Update(Spec({}, "other"));
  EXPECT_EQ(publish_.sessions(), 2);
  EXPECT_EQ(publish_.Heard<flow::PublishOpen>()[0].path, "other");
  OpenPublish();
  Info({H264()});
  Gop(1);
  EXPECT_EQ(publish_.Packets().back().seq, before.seq + 2);
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_RUNNING);
}

TEST_F(SourceRelayTest, ASourceWithoutAnythingToShowFails) {
  Make();
  Info({});
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_FAILED);
  EXPECT_EQ(Status().last_error(), "source: it has neither video nor audio");
}

TEST_F(SourceRelayTest, LostAndNotesShowInItsStatus) {
  Make();
  Info({H264()});
  Gop(0);
  script_.say.on_lost(4);
  script_.say.on_note("TCP was refused, UDP is used");
  EXPECT_EQ(Status().source_lost(), 4u);
  EXPECT_THAT(Status().source_info(), HasSubstr("; TCP was refused, UDP is used"));
}

TEST_F(SourceRelayTest, TakesNoPushedPictures) {
  Make();
  std::vector<PushOutcome> answers;
  relay_->Offer({.jpeg = media::MakePayload("jpeg"),
                 .done = [&](const PushResult& result) { answers.push_back(result.outcome); }});
  Run();
  EXPECT_THAT(answers, ElementsAre(PushOutcome::kFailed));
}

TEST_F(SourceRelayTest, PushedUnitsAreASourceToo) {
  relay_ = Relay::Start({.key = "pipe", .spec = {.source = AnnexbSpec(), .path = "pipe"}},
                        runtime_.NewStrand(), {to_transcode_, to_publish_}, observer_);
  Run();
  OpenPublish();
  std::vector<UnitOutcome> answers;
  const auto push = [&](std::string unit) {
    relay_->OfferUnit({.annexb = media::MakePayload(std::move(unit)),
                       .arrival_time = runtime_.clock().Wall(),
                       .arrival_mono = runtime_.clock().Monotonic(),
                       .done = [&](UnitOutcome outcome) { answers.push_back(outcome); }});
    Run();
  };
  for (const std::string& unit : {DeltaUnit(), std::string("noise"), KeyUnit(), DeltaUnit()}) {
    push(unit);
    Advance(absl::Milliseconds(40));
  }
  EXPECT_THAT(answers, ElementsAre(UnitOutcome::kDropped, UnitOutcome::kDropped,
                                   UnitOutcome::kTaken, UnitOutcome::kTaken));
  ASSERT_THAT(publish_.Packets(), SizeIs(2));
  EXPECT_EQ(publish_.Packets()[1].pts - publish_.Packets()[0].pts, 3600);
  WriteAll();
  Advance(absl::Seconds(6));
  EXPECT_EQ(Status().state(), relay::v1::RELAY_STATE_STALE);
}

}  // namespace
}  // namespace relayfleet::ingest
