// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/av/testing/h264_decoder.h"
#include "libs/av/testing/material.h"
#include "libs/media/h264_sps.h"
#include "services/transcode/stage.h"
#include "services/transcode/testing/stage_harness.h"

// The stage with real codecs, on what cameras and files send: coded video and sound.
namespace relayfleet::transcode {
namespace {

using av::testing::GreySteps;
using av::testing::MakeMaterial;
using av::testing::Material;
using testing::Peer;
using ::testing::SizeIs;

constexpr int64_t kTicks = media::kVideoClockRate;

int Middle(const av::Frame& frame) {
  const av::PlaneView& luma = frame.plane(0);
  return luma.data[luma.height / 2 * luma.stride + luma.width / 2];
}

class StageCodedTest : public ::testing::Test {
 protected:
  StageCodedTest() { runtime_.RunReady(); }

  std::unique_ptr<Peer> Open(const flow::TranscodeSpec& spec, const media::Track& track,
                             int64_t last_out_pts = 0) {
    auto peer = std::make_unique<Peer>(&runtime_, &stage_);
    peer->Open(spec, 1, last_out_pts);
    peer->Credit(10'000);
    peer->Track(track);
    runtime_.RunReady();
    return peer;
  }
  void Send(Peer& peer, media::Packet packet) {
    peer.pipe->Send(media::Message(std::move(packet)));
    runtime_.RunReady();
  }
  void SendAll(Peer& peer, const Material& material) {
    for (const media::Packet& packet : material.packets) Send(peer, packet);
  }
  void End(Peer& peer) {
    peer.pipe->Send(flow::End{});
    runtime_.RunReady();
    ASSERT_TRUE(peer.closed.has_value());
    EXPECT_TRUE(peer.closed->ok()) << *peer.closed;
  }

  base::testing::FakeRuntime runtime_;
  av::LibavCodecs codecs_;
  testing::Counts counts_;
  EncoderCatalog encoders_{{.preference = {"libx264"}}, &codecs_, &runtime_, &runtime_};
  TranscodeStageImpl stage_{{.instance = "t"}, &runtime_,  &runtime_,
                            &codecs_,          &encoders_, &counts_};
};

void ExpectGrowingPts(const Peer& peer) {
  for (size_t i = 1; i < peer.packets.size(); ++i) {
    EXPECT_GT(peer.packets[i].pts, peer.packets[i - 1].pts);
  }
}

TEST_F(StageCodedTest, MakesBaselineOfBPicturesAtHalfTheRate) {
  const Material material = MakeMaterial(GreySteps("640x360", "30000/1001", 60, 3) +
                                         " -pix_fmt yuv420p -c:v libx264 -bf 3 -g 30");
  const auto peer =
      Open({.output_fps = 15, .no_repeats = true}, material.track, /*last_out_pts=*/0);
  SendAll(*peer, material);
  End(*peer);
  EXPECT_THAT(peer->done, SizeIs(60));
  ASSERT_THAT(peer->packets, SizeIs(30));
  ExpectGrowingPts(*peer);
  const auto sps = media::ParseH264Sps(peer->infos.at(0).tracks.at(0).sps);
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->profile_idc, 66);
  EXPECT_EQ(sps->width, 1280);
  EXPECT_EQ(sps->height, 720);
  av::testing::H264Decoder decoder;
  for (size_t i = 0; i < peer->packets.size(); ++i) {
    const auto picture = decoder.Decode(*peer->packets[i].payload);
    ASSERT_TRUE(picture.ok()) << picture.status();
    EXPECT_NEAR(Middle(*picture), 32 + 3 * 2 * static_cast<int>(i), 4) << i;
    // The packet that it came from, with that packet's time.
    const media::Packet& source = material.packets.at(peer->packets[i].source_seq - 1);
    if (i > 0) EXPECT_EQ(peer->packets[i].pts, source.pts);
  }
}

TEST_F(StageCodedTest, FollowsAVariableRate) {
  // 30 per second, then 6: as many as there are, at most 10.
  const Material material = MakeMaterial(
      "-f lavfi -i testsrc2=s=320x240:r=30,select='lt(t\\,1)+not(mod(n\\,5))' -t 3 "
      "-vsync vfr -c:v libx264 -bf 0");
  ASSERT_GT(material.packets.size(), 35);
  const auto peer =
      Open({.width = 320, .height = 240, .output_fps = 10, .no_repeats = true}, material.track);
  SendAll(*peer, material);
  End(*peer);
  EXPECT_NEAR(static_cast<double>(peer->packets.size()), 10 + 12, 1);
  ExpectGrowingPts(*peer);
}

TEST_F(StageCodedTest, GoesOnThroughAChangeOfCodecAndSize) {
  const Material first =
      MakeMaterial(GreySteps("320x240", "25", 10, 5) + " -pix_fmt yuv420p -c:v libx264 -bf 2");
  Material second = MakeMaterial(GreySteps("1918x1078", "25", 5, 5) +
                                 " -pix_fmt yuv420p10le -c:v libx265 -x265-params log-level=none");
  for (media::Packet& packet : second.packets) {
    packet.seq += 10;
    packet.pts += kTicks;
    packet.dts += kTicks;
  }
  const auto peer = Open({.width = 320, .height = 240, .no_repeats = true}, first.track);
  SendAll(*peer, first);
  peer->Track(second.track);
  SendAll(*peer, second);
  End(*peer);
  ASSERT_THAT(peer->packets, SizeIs(15));
  ExpectGrowingPts(*peer);
  std::set<uint64_t> sources;
  for (const media::Packet& packet : peer->packets) sources.insert(packet.source_seq);
  EXPECT_THAT(sources, SizeIs(15));
  av::testing::H264Decoder decoder;
  for (const media::Packet& packet : peer->packets) {
    EXPECT_TRUE(decoder.Decode(*packet.payload).ok());
  }
}

TEST_F(StageCodedTest, ANewInstanceGoesOnAfterAReplay) {
  const Material material = MakeMaterial(GreySteps("320x240", "25", 20, 5) +
                                         " -pix_fmt yuv420p -c:v libx264 -bf 0 -g 100");
  const int64_t last = material.packets[11].pts;
  const auto peer = Open({.width = 320, .height = 240, .no_repeats = true}, material.track, last);
  for (media::Packet packet : material.packets) {
    packet.decode_only = packet.seq <= 12;
    Send(*peer, std::move(packet));
  }
  ASSERT_THAT(peer->packets, SizeIs(8));
  EXPECT_TRUE(peer->packets[0].key);
  EXPECT_EQ(peer->packets[0].source_seq, 13);
  EXPECT_GT(peer->packets[0].pts, last);
  av::testing::H264Decoder decoder;
  const auto picture = decoder.Decode(*peer->packets[0].payload);
  ASSERT_TRUE(picture.ok());
  EXPECT_NEAR(Middle(*picture), 32 + 12 * 5, 3);
}

TEST_F(StageCodedTest, MakesMainAndHighProfile) {
  const Material material =
      MakeMaterial(GreySteps("320x240", "25", 2, 5) + " -pix_fmt yuv420p -c:v libx264 -bf 0");
  for (const auto& [profile, idc] :
       {std::pair(media::Profile::kMain, 77), std::pair(media::Profile::kHigh, 100)}) {
    const auto peer =
        Open({.width = 320, .height = 240, .profile = profile, .no_repeats = true}, material.track);
    SendAll(*peer, material);
    ASSERT_THAT(peer->infos, SizeIs(1));
    const auto sps = media::ParseH264Sps(peer->infos[0].tracks[0].sps);
    ASSERT_TRUE(sps.ok());
    EXPECT_EQ(sps->profile_idc, idc);
  }
}

void ExpectSound(const Peer& peer, const Material& material, media::Codec codec, int rate) {
  ASSERT_THAT(peer.infos, SizeIs(1));
  const media::Track& track = peer.infos[0].tracks.at(0);
  EXPECT_EQ(track.codec, codec);
  EXPECT_EQ(track.clock_rate, rate);
  EXPECT_EQ(track.config.empty(), codec == media::Codec::kOpus);
  EXPECT_EQ(peer.done.size(), material.packets.size());
  ASSERT_GT(peer.packets.size(), 10);
  const int64_t step = peer.packets[1].pts - peer.packets[0].pts;
  EXPECT_EQ(step, codec == media::Codec::kOpus ? 960 : 1024);
  for (size_t i = 1; i < peer.packets.size(); ++i) {
    EXPECT_EQ(peer.packets[i].pts - peer.packets[i - 1].pts, step);
  }
  const double end = static_cast<double>(peer.packets.back().pts) / rate;
  EXPECT_NEAR(end, 1, 0.1);
}

TEST_F(StageCodedTest, MakesAacOfG711AndOpusOfAac) {
  const Material g711 = MakeMaterial("-f lavfi -i sine=duration=1 -c:a pcm_mulaw -ar 8000");
  const auto aac = Open({.audio = flow::AudioSpec()}, g711.track);
  EXPECT_EQ(aac->opened->encoder, "aac");
  SendAll(*aac, g711);
  End(*aac);
  ExpectSound(*aac, g711, media::Codec::kAac, 44100);

  const Material source = MakeMaterial("-f lavfi -i sine=duration=1 -c:a aac -ar 44100 -ac 2");
  const auto opus = Open(
      {.audio = flow::AudioSpec{.codec = media::Codec::kOpus, .sample_rate = 48000}}, source.track);
  SendAll(*opus, source);
  End(*opus);
  ExpectSound(*opus, source, media::Codec::kOpus, 48000);
}

TEST_F(StageCodedTest, SoundWaitsForCredits) {
  const Material g711 = MakeMaterial("-f lavfi -i sine=duration=1 -c:a pcm_alaw -ar 8000");
  Peer peer(&runtime_, &stage_);
  peer.Open({.audio = flow::AudioSpec()}, 1, /*last_out_pts=*/kTicks / 2);
  peer.Credit(3);
  peer.Track(g711.track);
  runtime_.RunReady();
  SendAll(peer, g711);
  EXPECT_THAT(peer.packets, SizeIs(3));
  EXPECT_LT(peer.done.size(), g711.packets.size());
  EXPECT_GT(peer.packets[0].pts, 44100 / 2);
  peer.Credit(1000);
  runtime_.RunReady();
  EXPECT_EQ(peer.done.size(), g711.packets.size());
  EXPECT_EQ(counts_.queued, 0);
}

TEST_F(StageCodedTest, RefusesVideoWhereSoundIsToBeMade) {
  const auto peer = Open({.audio = flow::AudioSpec()}, {.codec = media::Codec::kH264});
  ASSERT_TRUE(peer->closed.has_value());
  EXPECT_TRUE(absl::IsInvalidArgument(*peer->closed));
}

}  // namespace
}  // namespace relayfleet::transcode
