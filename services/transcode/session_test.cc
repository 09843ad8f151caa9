// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_pipe.h"
#include "libs/media/annexb.h"
#include "services/transcode/stage.h"

namespace relayfleet::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What the fake codecs are told to do, and were asked to do.
struct Script {
  bool encoder_fails = false;
  bool encoder_opens = true;
  std::string sps = "\x67sps";
  int encoders_made = 0;
};

// Takes "ok…" for a picture.
class FakeDecoder final : public av::PictureDecoder {
 public:
  absl::Status Decode(absl::string_view image, av::Frame& out) override {
    out.ResetI420(16, 16);
    out.plane(0).data[0] = image.empty() ? 0 : static_cast<uint8_t>(image.back());
    return absl::StartsWith(image, "ok") ? absl::OkStatus()
                                         : absl::InvalidArgumentError("not a JPEG");
  }
};

// An access unit holds the first pixel of its picture.
class FakeEncoder final : public av::VideoEncoder {
 public:
  explicit FakeEncoder(Script* script) : script_(script) {}

  absl::StatusOr<av::AccessUnit> Encode(const av::Frame& picture, int64_t pts,
                                        bool force_key) override {
    if (script_->encoder_fails) return absl::InternalError("encoder broke");
    const bool key = std::exchange(first_, false) || force_key;
    av::AccessUnit unit{.pts = pts, .key = key};
    if (key) {
      media::AppendNal(script_->sps, &unit.data);
      media::AppendNal("\x68pps", &unit.data);
    }
    media::AppendNal(absl::StrCat(key ? "\x65" : "\x61",
                                  std::string(1, static_cast<char>(picture.plane(0).data[0]))),
                     &unit.data);
    return unit;
  }

 private:
  Script* const script_;
  bool first_ = true;
};

class FakeCodecs final : public av::CodecFactory {
 public:
  explicit FakeCodecs(Script* script) : script_(script) {}
  std::unique_ptr<av::PictureDecoder> NewDecoder(int, int) override {
    return std::make_unique<FakeDecoder>();
  }
  absl::StatusOr<std::unique_ptr<av::VideoEncoder>> NewEncoder(
      const av::VideoEncoder::Options&) override {
    if (!script_->encoder_opens) return absl::InternalError("no encoder");
    ++script_->encoders_made;
    return std::make_unique<FakeEncoder>(script_);
  }
  std::string encoder_name() const override { return "fake"; }

 private:
  Script* const script_;
};

// Counts, to be compared with what the peer saw.
class Counts final : public Observer {
 public:
  void OnSessionOpened(absl::string_view) override { ++open; }
  void OnSessionEnded(absl::string_view, const absl::Status&) override { --open; }
  void OnRefused(absl::string_view, const absl::Status&) override { ++refused; }
  void OnFrameIn(size_t) override { ++in; }
  void OnQueue(int change) override { queued += change; }
  void OnFrameDone(absl::string_view, const flow::FrameDone&) override { ++done; }
  void OnFrameOut(size_t, bool, bool) override { ++out; }
  void OnRepeatFailed(absl::string_view, const absl::Status&) override { ++repeat_failed; }

  int open = 0, refused = 0, in = 0, queued = 0, done = 0, out = 0, repeat_failed = 0;
};

// The peer of a session: sends what ingest would, records what comes back.
class Peer {
 public:
  Peer(base::testing::FakeRuntime* runtime, TranscodeStageImpl* stage) {
    auto [own, other] = flow::MakeDirectPipe<flow::TranscodeUp, flow::TranscodeDown>();
    pipe = std::move(own);
    flow::ToTranscode::Handler handler;
    handler.on_message = [this](flow::TranscodeDown message) { Record(std::move(message)); };
    handler.on_closed = [this](absl::Status status) { closed = status; };
    pipe->Start(runtime->NewStrand(), std::move(handler));
    stage->Attach(std::move(other));
  }

  void Open(flow::TranscodeSpec spec = {}, uint64_t epoch = 1, int64_t last_out_pts = 0) {
    pipe->Send(flow::TranscodeOpen{.relay = "robot",
                                   .session_id = "s",
                                   .epoch = epoch,
                                   .spec = spec,
                                   .last_out_pts = last_out_pts});
  }
  void Picture(uint64_t seq, int64_t pts, std::string jpeg = "ok") {
    media::Packet packet;
    packet.seq = seq;
    packet.pts = packet.dts = pts;
    packet.capture_time = absl::FromUnixSeconds(100);
    packet.arrival_time = absl::FromUnixSeconds(101);
    packet.payload = media::MakePayload(std::move(jpeg));
    pipe->Send(media::Message(std::move(packet)));
  }
  void Credit(uint32_t packets) { pipe->Send(flow::Credit{packets}); }

  std::vector<int64_t> pts() const {
    std::vector<int64_t> all;
    for (const media::Packet& packet : packets) all.push_back(packet.pts);
    return all;
  }

  std::unique_ptr<flow::ToTranscode> pipe;
  std::optional<flow::TranscodeOpened> opened;
  std::vector<media::StreamInfo> infos;
  std::vector<media::Packet> packets;
  std::vector<flow::FrameDone> done;
  uint32_t credits = 0;
  bool draining = false;
  std::optional<absl::Status> closed;

 private:
  void Record(flow::TranscodeDown message) {
    if (auto* value = std::get_if<flow::TranscodeOpened>(&message)) opened = *value;
    if (auto* value = std::get_if<flow::FrameDone>(&message)) done.push_back(*value);
    if (auto* value = std::get_if<flow::Credit>(&message)) credits += value->packets;
    if (std::holds_alternative<flow::Draining>(message)) draining = true;
    if (auto* media = std::get_if<media::Message>(&message)) {
      if (auto* info = std::get_if<media::StreamInfo>(media)) infos.push_back(*info);
      if (auto* packet = std::get_if<media::Packet>(media)) packets.push_back(*packet);
    }
  }
};

class TranscodeSessionTest : public ::testing::Test {
 protected:
  static constexpr int64_t kTicks = media::kVideoClockRate;

  void Advance(int milliseconds) { runtime_.Advance(absl::Milliseconds(milliseconds)); }
  // Opens with plenty of output credit.
  void OpenWithCredit(flow::TranscodeSpec spec = {}) {
    peer_.Open(spec);
    peer_.Credit(1000);
    runtime_.RunReady();
  }
  void Push(uint64_t seq, int64_t pts, std::string jpeg = "ok") {
    peer_.Picture(seq, pts, std::move(jpeg));
    runtime_.RunReady();
  }

  base::testing::FakeRuntime runtime_;
  Script script_;
  FakeCodecs codecs_{&script_};
  Counts counts_;
  TranscodeStageImpl stage_{
      {.instance = "t1", .max_sessions = 2}, &runtime_, &runtime_, &codecs_, &counts_};
  Peer peer_{&runtime_, &stage_};
};

TEST_F(TranscodeSessionTest, OpensAndGrantsTwoCredits) {
  peer_.Open();
  runtime_.RunReady();
  ASSERT_TRUE(peer_.opened.has_value());
  EXPECT_EQ(peer_.opened->instance, "t1");
  EXPECT_EQ(peer_.opened->encoder, "fake");
  EXPECT_EQ(peer_.credits, 2);
  EXPECT_EQ(counts_.open, 1);
}

TEST_F(TranscodeSessionTest, RefusesABadSpec) {
  peer_.Open({.width = 1281});
  runtime_.RunReady();
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
  EXPECT_THAT(std::string(peer_.closed->message()), HasSubstr("width"));
  EXPECT_EQ(counts_.refused, 1);
  EXPECT_EQ(stage_.sessions(), 0);
}

TEST_F(TranscodeSessionTest, RefusesMediaBeforeOpenAndASecondOpen) {
  Push(1, 0);
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
  Peer other(&runtime_, &stage_);
  other.Open();
  other.Open();
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsInvalidArgument(*other.closed));
}

TEST_F(TranscodeSessionTest, GivesUpOnAPeerThatNeverOpens) {
  Advance(9'999);
  EXPECT_FALSE(peer_.closed.has_value());
  Advance(2);
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsDeadlineExceeded(*peer_.closed));
}

TEST_F(TranscodeSessionTest, EncodesOnArrivalWithThePicturesOwnTime) {
  OpenWithCredit();
  Push(7, 12345, "okA");
  ASSERT_THAT(peer_.infos, SizeIs(1));
  EXPECT_EQ(peer_.infos[0].tracks[0].sps, "\x67sps");
  EXPECT_EQ(peer_.infos[0].tracks[0].pps, "\x68pps");
  EXPECT_EQ(peer_.infos[0].tracks[0].width, 1280);
  ASSERT_THAT(peer_.packets, SizeIs(1));
  const media::Packet& packet = peer_.packets[0];
  EXPECT_EQ(packet.source_seq, 7);
  EXPECT_EQ(packet.seq, 1);
  EXPECT_EQ(packet.pts, 12345);
  EXPECT_EQ(packet.dts, 12345);
  EXPECT_TRUE(packet.key);
  EXPECT_FALSE(packet.repeat);
  EXPECT_EQ(packet.capture_time, absl::FromUnixSeconds(100));
  EXPECT_EQ(packet.payload->back(), 'A');
  ASSERT_THAT(peer_.done, SizeIs(1));
  EXPECT_EQ(peer_.done[0].seq, 7);
  EXPECT_EQ(peer_.done[0].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_EQ(peer_.credits, 3);
}

TEST_F(TranscodeSessionTest, DescribesTheStreamAgainOnlyWhenItChanges) {
  OpenWithCredit();
  Push(1, 0);
  Advance(600);
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  EXPECT_THAT(peer_.infos, SizeIs(1));
  script_.sps = "\x67other";
  Advance(600);
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  ASSERT_THAT(peer_.infos, SizeIs(2));
  EXPECT_EQ(peer_.infos[1].generation, 2);
  EXPECT_EQ(peer_.packets.back().generation, 2);
}

TEST_F(TranscodeSessionTest, RepeatsAfterOneAndAHalfIntervalsThenEachInterval) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 1000);
  Advance(299);
  EXPECT_THAT(peer_.packets, SizeIs(1));
  Advance(1);
  ASSERT_THAT(peer_.packets, SizeIs(2));
  Advance(400);
  EXPECT_THAT(peer_.pts(), ElementsAre(1000, 1000 + kTicks * 3 / 10, 1000 + kTicks * 5 / 10,
                                       1000 + kTicks * 7 / 10));
  EXPECT_TRUE(peer_.packets[3].repeat);
  EXPECT_EQ(peer_.packets[3].capture_time, absl::FromUnixSeconds(100) + absl::Milliseconds(700));
  Advance(60'000);
  EXPECT_THAT(peer_.packets, SizeIs(304));
  EXPECT_THAT(peer_.done, SizeIs(1));
}

TEST_F(TranscodeSessionTest, DoesNotRepeatWhilePicturesCome) {
  OpenWithCredit({.fill_fps = 5});
  for (int i = 0; i < 20; ++i) {
    Push(i + 1, i * kTicks / 5);
    Advance(200);
  }
  EXPECT_THAT(peer_.packets, SizeIs(20));
}

TEST_F(TranscodeSessionTest, LetsTimeGrowWhenAPictureIsBehindARepeat) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 1000);
  Advance(300);
  Push(2, 1001);  // older than the repeat
  EXPECT_THAT(peer_.pts(), ElementsAre(1000, 28000, 28001));
}

TEST_F(TranscodeSessionTest, BeginsAfterTheLastOutput) {
  peer_.Open({}, 1, 50000);
  peer_.Credit(10);
  runtime_.RunReady();
  Push(1, 1000);
  Push(2, 60000);
  EXPECT_THAT(peer_.pts(), ElementsAre(50001, 60000));
}

TEST_F(TranscodeSessionTest, ForceIdrEncodesTheHeldPictureAtOnce) {
  OpenWithCredit();
  Push(3, 0, "okZ");
  Advance(100);
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(2));
  EXPECT_TRUE(peer_.packets[1].key);
  EXPECT_TRUE(peer_.packets[1].repeat);
  EXPECT_EQ(peer_.packets[1].pts, kTicks / 10);
  EXPECT_EQ(peer_.packets[1].source_seq, 3);
  EXPECT_EQ(peer_.packets[1].payload->back(), 'Z');
}

TEST_F(TranscodeSessionTest, ForceIdrIsDoneOncePerHalfSecondAndNeverLost) {
  OpenWithCredit({.fill_fps = 1});
  Push(1, 0);
  for (int i = 0; i < 4; ++i) {
    peer_.pipe->Send(flow::ForceIdr{});
    Advance(10);
  }
  ASSERT_THAT(peer_.packets, SizeIs(2));
  Advance(459);
  EXPECT_THAT(peer_.packets, SizeIs(2));
  Advance(2);
  ASSERT_THAT(peer_.packets, SizeIs(3));
  EXPECT_TRUE(peer_.packets[2].key);
  Advance(900);
  EXPECT_THAT(peer_.packets, SizeIs(3));  // asked for once more, not thrice
}

TEST_F(TranscodeSessionTest, APictureThatComesSoonerBecomesTheIdr) {
  OpenWithCredit({.fill_fps = 1});
  Push(1, 0);
  peer_.pipe->Send(flow::ForceIdr{});
  Advance(10);
  peer_.pipe->Send(flow::ForceIdr{});
  Advance(10);
  Push(2, kTicks / 30);
  ASSERT_THAT(peer_.packets, SizeIs(3));
  EXPECT_TRUE(peer_.packets[2].key);
  EXPECT_FALSE(peer_.packets[2].repeat);
  Advance(600);
  EXPECT_THAT(peer_.packets, SizeIs(3));
}

TEST_F(TranscodeSessionTest, ForceIdrBeforeTheFirstPictureIsAnsweredByIt) {
  OpenWithCredit({.fill_fps = 1});
  peer_.pipe->Send(flow::ForceIdr{});
  runtime_.RunReady();
  Push(1, 0);
  Advance(600);
  ASSERT_THAT(peer_.packets, SizeIs(1));
  EXPECT_TRUE(peer_.packets[0].key);
}

TEST_F(TranscodeSessionTest, EncodesNothingWithoutCreditAndKeepsTheNewest) {
  peer_.Open();
  runtime_.RunReady();
  Push(1, 1000, "okA");
  Push(2, 2000, "okB");
  Push(3, 3000, "okC");
  Advance(5000);
  EXPECT_THAT(peer_.packets, IsEmpty());
  ASSERT_THAT(peer_.done, SizeIs(2));
  EXPECT_EQ(peer_.done[0].seq, 1);
  EXPECT_EQ(peer_.done[1].seq, 2);
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kSuperseded);
  EXPECT_EQ(peer_.credits, 4);
  EXPECT_EQ(counts_.queued, 1);
  peer_.Credit(1);
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(1));
  EXPECT_EQ(counts_.queued, 0);
  EXPECT_EQ(peer_.packets[0].source_seq, 3);
  Advance(5000);
  EXPECT_THAT(peer_.packets, SizeIs(1));  // no credit for a repeat
  peer_.Credit(1);
  runtime_.RunReady();
  ASSERT_THAT(peer_.packets, SizeIs(2));  // then one, of now
  EXPECT_EQ(peer_.packets[1].pts, 3000 + 10 * kTicks);
}

TEST_F(TranscodeSessionTest, ABadImageLeavesThePictureAndItsRepeats) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 0, "okA");
  for (int i = 0; i < 10; ++i) {
    Push(i + 2, i * kTicks / 10, "rubbish");
    Advance(100);
  }
  ASSERT_THAT(peer_.done, SizeIs(11));
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kBadImage);
  EXPECT_EQ(peer_.done[1].detail, "not a JPEG");
  EXPECT_EQ(peer_.credits, 13);
  ASSERT_THAT(peer_.packets, SizeIs(5));  // 300, 500, 700 and 900 ms
  EXPECT_EQ(peer_.packets.back().payload->back(), 'A');
  Push(12, 2 * kTicks, "okB");
  EXPECT_EQ(peer_.packets.back().payload->back(), 'B');
}

TEST_F(TranscodeSessionTest, AnEmptyPayloadIsABadImage) {
  OpenWithCredit();
  peer_.pipe->Send(media::Message(media::Packet{.seq = 1}));
  runtime_.RunReady();
  ASSERT_THAT(peer_.done, SizeIs(1));
  EXPECT_EQ(peer_.done[0].outcome, flow::FrameOutcome::kBadImage);
}

TEST_F(TranscodeSessionTest, AFailedEncoderIsMadeAnewAndBeginsWithAKey) {
  OpenWithCredit({.fill_fps = 5});
  Push(1, 0);
  script_.encoder_fails = true;
  Push(2, 3000);
  ASSERT_THAT(peer_.done, SizeIs(2));
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kFailed);
  EXPECT_EQ(peer_.done[1].detail, "encoder broke");
  Advance(300);
  EXPECT_EQ(counts_.repeat_failed, 1);
  script_.encoder_fails = false;
  Push(3, kTicks);
  EXPECT_EQ(peer_.done[2].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_TRUE(peer_.packets.back().key);
  EXPECT_EQ(script_.encoders_made, 3);
}

TEST_F(TranscodeSessionTest, AnEncoderThatCannotBeMadeFailsPictureByPicture) {
  script_.encoder_opens = false;
  OpenWithCredit();
  Push(1, 0);
  EXPECT_EQ(peer_.done[0].outcome, flow::FrameOutcome::kFailed);
  script_.encoder_opens = true;
  Push(2, 3000);
  EXPECT_EQ(peer_.done[1].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_FALSE(peer_.closed.has_value());
}

TEST_F(TranscodeSessionTest, EndFinishesWhatWaitsThenCloses) {
  peer_.Open();
  runtime_.RunReady();
  Push(1, 0);
  peer_.pipe->Send(flow::End{});
  runtime_.RunReady();
  EXPECT_FALSE(peer_.closed.has_value());
  peer_.Credit(1);
  runtime_.RunReady();
  EXPECT_THAT(peer_.packets, SizeIs(1));
  EXPECT_THAT(peer_.done, SizeIs(1));
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(peer_.closed->ok());
  EXPECT_EQ(stage_.sessions(), 0);
  EXPECT_EQ(counts_.open, 0);
}

TEST_F(TranscodeSessionTest, RefusesATrackThatIsNoJpeg) {
  OpenWithCredit();
  peer_.pipe->Send(
      media::Message(media::StreamInfo{.tracks = {media::Track{.codec = media::Codec::kH264}}}));
  runtime_.RunReady();
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer_.closed));
}

TEST_F(TranscodeSessionTest, EndsWithItsPeerAndAnswersForEachPicture) {
  peer_.Open();
  runtime_.RunReady();
  Push(1, 0);
  Push(2, 0);
  peer_.pipe->Close(absl::CancelledError("gone"));
  runtime_.RunReady();
  EXPECT_EQ(stage_.sessions(), 0);
  EXPECT_EQ(counts_.in, 2);
  EXPECT_EQ(counts_.queued, 0);
  EXPECT_EQ(counts_.done, 2);
  EXPECT_EQ(counts_.open, 0);
}

TEST_F(TranscodeSessionTest, ALowerEpochIsRefusedAndAHigherOneTakesOver) {
  peer_.Open({}, 5);
  runtime_.RunReady();
  Peer same(&runtime_, &stage_);
  same.Open({}, 5);
  runtime_.RunReady();
  EXPECT_TRUE(same.opened.has_value());
  EXPECT_FALSE(peer_.closed.has_value());
  same.pipe->Close(absl::OkStatus());
  runtime_.RunReady();
  Peer lower(&runtime_, &stage_);
  lower.Open({}, 4);
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsFailedPrecondition(*lower.closed));
  Peer higher(&runtime_, &stage_);
  higher.Open({}, 6);
  runtime_.RunReady();
  EXPECT_TRUE(higher.opened.has_value());
  ASSERT_TRUE(peer_.closed.has_value());
  EXPECT_TRUE(absl::IsAborted(*peer_.closed));
  EXPECT_EQ(stage_.sessions(), 1);
}

TEST_F(TranscodeSessionTest, AnEpochIsForgottenHalfAMinuteAfterItsLastSession) {
  peer_.Open({}, 5);
  runtime_.RunReady();
  runtime_.Advance(absl::Minutes(5));
  Peer early(&runtime_, &stage_);
  early.Open({}, 1);
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsFailedPrecondition(*early.closed));  // while a session lives
  peer_.pipe->Close(absl::OkStatus());
  runtime_.Advance(absl::Milliseconds(29'999));
  Peer late(&runtime_, &stage_);
  late.Open({}, 1);
  runtime_.RunReady();
  EXPECT_TRUE(absl::IsFailedPrecondition(*late.closed));
  runtime_.Advance(absl::Milliseconds(1));
  Peer anew(&runtime_, &stage_);
  anew.Open({}, 1);
  runtime_.RunReady();
  EXPECT_TRUE(anew.opened.has_value());
}

TEST_F(TranscodeSessionTest, RefusesMoreThanItsLimit) {
  Peer second(&runtime_, &stage_);
  Peer third(&runtime_, &stage_);
  runtime_.RunReady();
  EXPECT_FALSE(second.closed.has_value());
  ASSERT_TRUE(third.closed.has_value());
  EXPECT_TRUE(absl::IsResourceExhausted(*third.closed));
}

TEST_F(TranscodeSessionTest, DrainTellsSessionsAndRefusesNewOnes) {
  OpenWithCredit();
  stage_.Drain();
  runtime_.RunReady();
  EXPECT_TRUE(peer_.draining);
  Push(1, 0);
  EXPECT_THAT(peer_.packets, SizeIs(1));
  Peer late(&runtime_, &stage_);
  runtime_.RunReady();
  ASSERT_TRUE(late.closed.has_value());
  EXPECT_TRUE(absl::IsUnavailable(*late.closed));
}

TEST_F(TranscodeSessionTest, AStageThatGoesEndsItsSessions) {
  auto stage = std::make_unique<TranscodeStageImpl>(TranscodeStageImpl::Options{.instance = "t2"},
                                                    &runtime_, &runtime_, &codecs_, &counts_);
  Peer peer(&runtime_, stage.get());
  peer.Open();
  runtime_.RunReady();
  stage = nullptr;
  runtime_.RunReady();
  ASSERT_TRUE(peer.closed.has_value());
  EXPECT_TRUE(absl::IsUnavailable(*peer.closed));
  EXPECT_EQ(counts_.open, 0);
}

}  // namespace
}  // namespace relayfleet::transcode
