// SPDX-License-Identifier: Apache-2.0

// The stage with real codecs and real threads: what a peer gets is H.264 that decodes to what it
// sent.
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "libs/av/codec_factory.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/test_pattern.h"
#include "libs/av/testing/h264_decoder.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/flow/direct_pipe.h"
#include "libs/media/h264_sps.h"
#include "services/transcode/observer.h"
#include "services/transcode/stage.h"

namespace relayfleet::transcode {
namespace {

// Collects what comes down a pipe; waited for by the test.
class Collector {
 public:
  void Add(flow::TranscodeDown message) {
    base::MutexLock lock(&mutex_);
    if (auto* done = std::get_if<flow::FrameDone>(&message)) done_.push_back(*done);
    if (auto* media = std::get_if<media::Message>(&message)) {
      if (auto* info = std::get_if<media::StreamInfo>(media)) info_ = *info;
      if (auto* packet = std::get_if<media::Packet>(media)) packets_.push_back(*packet);
    }
    changed_.NotifyAll();
  }
  void Close() {
    base::MutexLock lock(&mutex_);
    closed_ = true;
    changed_.NotifyAll();
  }
  bool WaitForDone(size_t count) {
    base::MutexLock lock(&mutex_);
    return changed_.WaitFor(&mutex_, absl::Seconds(20), [&] { return done_.size() >= count; });
  }
  bool WaitForPackets(size_t count) {
    base::MutexLock lock(&mutex_);
    return changed_.WaitFor(&mutex_, absl::Seconds(20), [&] { return packets_.size() >= count; });
  }
  bool WaitForClose() {
    base::MutexLock lock(&mutex_);
    return changed_.WaitFor(&mutex_, absl::Seconds(20), [&] { return closed_; });
  }
  std::vector<media::Packet> packets() {
    base::MutexLock lock(&mutex_);
    return packets_;
  }
  std::vector<flow::FrameDone> done() {
    base::MutexLock lock(&mutex_);
    return done_;
  }
  media::StreamInfo info() {
    base::MutexLock lock(&mutex_);
    return info_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<flow::FrameDone> done_ ABSL_GUARDED_BY(mutex_);
  std::vector<media::Packet> packets_ ABSL_GUARDED_BY(mutex_);
  media::StreamInfo info_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

std::string PatternJpeg(int width, int height, uint64_t number) {
  av::Frame picture;
  av::TestPattern({.width = width, .height = height}).Draw(number, absl::UnixEpoch(), picture);
  return *av::JpegEncoder({.quality = 90}).Encode(picture);
}

class StageCodecTest : public ::testing::Test {
 protected:
  StageCodecTest() {
    auto [own, other] = flow::MakeDirectPipe<flow::TranscodeUp, flow::TranscodeDown>();
    pipe_ = std::move(own);
    pipe_->Start(
        control_.NewStrand(),
        {.on_message = [this](flow::TranscodeDown message) { collector_.Add(std::move(message)); },
         .on_closed = [this](const absl::Status&) { collector_.Close(); }});
    stage_.Attach(std::move(other));
  }
  ~StageCodecTest() override {
    codec_.Stop();
    control_.Stop();
  }

  void Push(uint64_t seq, int64_t pts, std::string jpeg) {
    media::Packet packet{.seq = seq, .pts = pts, .dts = pts};
    packet.payload = media::MakePayload(std::move(jpeg));
    pipe_->Send(media::Message(std::move(packet)));
  }

  av::LibavCodecs codecs_;
  Observer observer_;
  Collector collector_;
  base::ThreadRuntime codec_{2, "codec"};
  base::ThreadRuntime control_{1, "control"};
  EncoderCatalog encoders_{{.preference = {"libx264"}}, &codecs_, &control_, &codec_};
  TranscodeStageImpl stage_{{.instance = "t"}, &control_,  &codec_,
                            &codecs_,          &encoders_, &observer_};
  std::unique_ptr<flow::ToTranscode> pipe_;
};

TEST_F(StageCodecTest, MakesDecodableH264OfPicturesOfAnySize) {
  pipe_->Send(flow::TranscodeOpen{
      .relay = "r", .epoch = 1, .spec = {.width = 640, .height = 360, .bitrate_kbps = 8000}});
  pipe_->Send(flow::Credit{1000});
  const std::pair<int, int> sizes[] = {{640, 360}, {1280, 720}, {640, 480}, {320, 180}};
  for (int i = 0; i < 12; ++i) {
    const auto [width, height] = sizes[i % 4];
    Push(i + 1, i * 3000, PatternJpeg(width, height, i));
    ASSERT_TRUE(collector_.WaitForDone(i + 1));
  }
  const media::StreamInfo info = collector_.info();
  EXPECT_EQ(info.generation, 1);
  const auto sps = media::ParseH264Sps(info.tracks.at(0).sps);
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->profile_idc, 66);
  EXPECT_EQ(sps->width, 640);
  EXPECT_EQ(sps->height, 360);

  av::testing::H264Decoder decoder;
  auto reference = codecs_.NewDecoder(640, 360, media::Fit::kContain);
  int64_t last_pts = -1;
  for (const media::Packet& packet : collector_.packets()) {
    EXPECT_GT(packet.pts, last_pts);
    last_pts = packet.pts;
    const auto picture = decoder.Decode(*packet.payload);
    ASSERT_TRUE(picture.ok()) << picture.status();
    if (packet.repeat) continue;
    const int number = static_cast<int>(packet.source_seq) - 1;
    const auto [width, height] = sizes[number % 4];
    av::Frame expected;
    ASSERT_TRUE(reference->Decode(PatternJpeg(width, height, number), expected).ok());
    EXPECT_GT(av::testing::LumaPsnr(*picture, expected), 26) << number;
  }
}

TEST_F(StageCodecTest, SurvivesRubbishAndRepeatsWithKeysInTime) {
  pipe_->Send(flow::TranscodeOpen{
      .relay = "r",
      .epoch = 1,
      .spec = {.width = 160, .height = 120, .fill_fps = 60, .gop = absl::Milliseconds(500)}});
  pipe_->Send(flow::Credit{1000});
  Push(1, 0, "rubbish");
  Push(2, 3000, PatternJpeg(160, 120, 1));
  ASSERT_TRUE(collector_.WaitForDone(2));  // more than two in flight supersede each other
  Push(3, 6000, PatternJpeg(160, 120, 2).substr(0, 900));
  ASSERT_TRUE(collector_.WaitForPackets(70));
  const auto done = collector_.done();
  ASSERT_EQ(done.size(), 3);
  EXPECT_EQ(done[0].outcome, flow::FrameOutcome::kBadImage);
  EXPECT_EQ(done[1].outcome, flow::FrameOutcome::kEncoded);
  EXPECT_EQ(done[2].outcome, flow::FrameOutcome::kBadImage);
  EXPECT_NE(done[2].detail.find("truncated"), std::string::npos);
  av::testing::H264Decoder decoder;
  int64_t last_key = 0;
  for (const media::Packet& packet : collector_.packets()) {
    EXPECT_TRUE(decoder.Decode(*packet.payload).ok());
    if (packet.key) last_key = packet.pts;
    EXPECT_LT(packet.pts - last_key, media::kVideoClockRate);
  }
  EXPECT_GT(last_key, media::kVideoClockRate / 2);
}

TEST_F(StageCodecTest, EndsInOrder) {
  pipe_->Send(flow::TranscodeOpen{.relay = "r", .epoch = 1});
  pipe_->Send(flow::Credit{10});
  Push(1, 0, PatternJpeg(1280, 720, 1));
  pipe_->Send(flow::End{});
  ASSERT_TRUE(collector_.WaitForClose());
  EXPECT_EQ(collector_.done().size(), 1);
  EXPECT_EQ(collector_.packets().size(), 1);
}

}  // namespace
}  // namespace relayfleet::transcode
