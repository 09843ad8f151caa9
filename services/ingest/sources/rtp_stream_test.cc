// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/rtp_stream.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/sources/testing/rtp_sender.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::RtpSender;
using ::testing::SizeIs;

using Datagrams = std::vector<std::string>;

class RtpStreamTest : public ::testing::Test {
 protected:
  RtpStreamTest() {
    handler_.on_info = [this](media::StreamInfo info) { infos_.push_back(std::move(info)); };
    handler_.on_packet = [this](media::Packet packet) { packets_.push_back(std::move(packet)); };
    handler_.on_lost = [this](uint64_t packets) { lost_ += packets; };
    handler_.on_note = [this](std::string note) { notes_.push_back(std::move(note)); };
    media::SdpMedia media;
    media.kind = "video";
    media.payload_type = 96;
    media.encoding = "H264";
    media.clock_rate = 90000;
    stream_ = *RtpStream::Create(
        {.track = {.codec = media::Codec::kH264}, .media = std::move(media)}, &handler_);
  }

  void Push(const Datagrams& datagrams) {
    for (const std::string& datagram : datagrams) stream_->Push(datagram, now_);
  }
  void Pass(absl::Duration time) {
    now_.wall += time;
    now_.mono += time;
  }
  std::vector<int64_t> Pts() const {
    std::vector<int64_t> pts;
    for (const media::Packet& packet : packets_) pts.push_back(packet.pts);
    return pts;
  }

  SourceAttempt::Handler handler_;
  std::unique_ptr<RtpStream> stream_;
  RtpStream::Arrival now_{absl::FromUnixSeconds(1'800'000'000), absl::Seconds(1000)};
  std::vector<media::StreamInfo> infos_;
  std::vector<media::Packet> packets_;
  std::vector<std::string> notes_;
  uint64_t lost_ = 0;
  RtpSender camera_{7};
};

TEST_F(RtpStreamTest, UnitsComeWithTheirLastPacketOverAWrap) {
  const Datagrams key = camera_.Key();
  ASSERT_GT(key.size(), 2u);
  Push({key.begin(), key.end() - 1});
  EXPECT_THAT(packets_, IsEmpty());
  Push({key.back()});
  Push(camera_.Delta());
  Push(camera_.Delta());
  EXPECT_THAT(Pts(), ElementsAre(0, 3000, 6000));
  EXPECT_EQ(*packets_[0].payload, RtpSender::KeyUnit());
  EXPECT_TRUE(packets_[0].key);
  ASSERT_THAT(infos_, SizeIs(1));
  EXPECT_EQ(infos_[0].tracks[0].width, 1280);
  EXPECT_EQ(lost_, 0u);
}

TEST_F(RtpStreamTest, DisorderAndRepetitionDoNoHarm) {
  Datagrams all = camera_.Key();
  for (int i = 0; i < 6; ++i) all.push_back(camera_.Delta()[0]);
  for (size_t i = 1; i + 1 < all.size(); i += 2) std::swap(all[i], all[i + 1]);
  all.insert(all.begin() + 3, all[1]);
  all.push_back(all[2]);
  Push(all);
  EXPECT_THAT(packets_, SizeIs(7));
  EXPECT_EQ(lost_, 0u);
}

TEST_F(RtpStreamTest, AfterALossVideoGoesOnAtTheNextKeyFrame) {
  Push(camera_.Key());
  camera_.Delta();  // does not arrive
  Push(camera_.Delta());
  EXPECT_THAT(packets_, SizeIs(1));
  ASSERT_TRUE(stream_->deadline().has_value());
  Pass(absl::Milliseconds(50));
  stream_->Flush(now_);
  Push(camera_.Delta());
  EXPECT_THAT(packets_, SizeIs(1));
  Push(camera_.Key());
  Push(camera_.Delta());
  EXPECT_THAT(Pts(), ElementsAre(0, 12000, 15000));
  // One that never came, and two that nobody can decode.
  EXPECT_EQ(lost_, 3u);
}

TEST_F(RtpStreamTest, ASenderThatComesBackIsFollowed) {
  Push(camera_.Key());
  Push(camera_.Delta());
  Pass(absl::Seconds(4));
  RtpSender again(8);
  Push(again.Delta());
  Push(again.Key());
  Push(again.Delta());
  EXPECT_THAT(Pts(), ElementsAre(0, 3000, 3000 + 4 * 90000 + 3000, 3000 + 4 * 90000 + 6000));
  EXPECT_TRUE(packets_[2].discontinuity);
  EXPECT_FALSE(packets_[3].discontinuity);
  EXPECT_THAT(infos_, SizeIs(1));
}

TEST_F(RtpStreamTest, AnotherSenderMeanwhileIsAStranger) {
  Push(camera_.Key());
  RtpSender other(8);
  Push(other.Key());
  Push(camera_.Delta());
  EXPECT_THAT(packets_, SizeIs(2));
  EXPECT_GT(stream_->strangers(), 0u);
  EXPECT_EQ(lost_, 0u);
}

TEST_F(RtpStreamTest, SenderReportsTellTheTimeOfCapture) {
  const absl::Time captured = now_.wall - absl::Milliseconds(80);
  Push(camera_.Key());
  stream_->PushControl(camera_.Report(captured));
  Push(camera_.Delta());
  EXPECT_EQ(packets_[0].capture_time, absl::InfinitePast());
  EXPECT_LT(absl::AbsDuration(packets_[1].capture_time - captured), absl::Microseconds(1));
  EXPECT_TRUE(packets_[1].capture_trusted);
  // On the media port as well, and far off.
  Push({camera_.Report(captured - absl::Hours(1))});
  Push(camera_.Delta());
  EXPECT_FALSE(packets_[2].capture_trusted);
}

TEST_F(RtpStreamTest, AnotherPayloadTypeIsSaidOnce) {
  RtpSender wrong(7, 97);
  Push(wrong.Key());
  EXPECT_THAT(packets_, IsEmpty());
  EXPECT_THAT(notes_, ElementsAre(::testing::HasSubstr("payload type 97")));
  EXPECT_GT(lost_, 0u);
}

TEST_F(RtpStreamTest, WhatIsNoRtpIsCounted) {
  Push({"", "x", std::string(40, '\0')});
  EXPECT_EQ(lost_, 3u);
  Push(camera_.Key());
  EXPECT_THAT(packets_, SizeIs(1));
}

}  // namespace
}  // namespace relayfleet::ingest
