// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/av/testing/ffmpeg_process.h"
#include "libs/base/clock.h"
#include "libs/base/secret_url.h"
#include "libs/media/annexb.h"
#include "libs/media/h265_sps.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "libs/rtsp/testing/mediamtx_process.h"
#include "services/ingest/sources/rtsp_source.h"
#include "services/ingest/sources/testing/attempt_recorder.h"

// RtspSource reads MediaMTX, to which ffmpeg publishes what encoders of cameras make: B-frames,
// H.265, sound.
namespace relayfleet::ingest {
namespace {

using rtsp::testing::MediamtxProcess;
using testing::AttemptRecorder;
using testing::Events;

constexpr size_t kEnough = 150;

struct Camera {
  const char* name;
  const char* coder;
  media::Codec codec;
  media::Codec sound;
  rtsp::Reader::Transport transport;
};

class RtspCameraTest : public ::testing::TestWithParam<Camera> {
 protected:
  void SetUp() override {
    if (!MediamtxProcess::Available()) GTEST_SKIP() << "MEDIAMTX_BIN names no MediaMTX";
  }
};

// Reads until `kEnough` packets came; the camera may still be starting.
Events Read(AttemptRecorder* recorder, Source* source) {
  const base::SystemClock clock;
  const absl::Duration until = clock.Monotonic() + absl::Seconds(20);
  const auto done = [](const Events& events) {
    return events.end.has_value() || events.packets.size() >= kEnough;
  };
  while (clock.Monotonic() < until) {
    recorder->Open(*source);
    EXPECT_TRUE(recorder->WaitFor(done, absl::Seconds(15)));
    const Events events = recorder->events();
    if (!events.end.has_value()) return events;
    EXPECT_EQ(events.end->code(), absl::StatusCode::kNotFound) << *events.end;
  }
  return {};
}

std::vector<media::Packet> OfTrack(const Events& events, uint32_t track) {
  std::vector<media::Packet> packets;
  for (const media::Packet& packet : events.packets) {
    if (packet.track == track) packets.push_back(packet);
  }
  return packets;
}

bool HasSets(const media::Packet& packet, media::Codec codec) {
  if (codec == media::Codec::kH265) {
    const media::H265KeyUnits units = media::FindH265KeyUnits(*packet.payload);
    return !units.vps.empty() && !units.sps.empty() && !units.pps.empty();
  }
  const media::KeyUnits units = media::FindKeyUnits(*packet.payload);
  return !units.sps.empty() && !units.pps.empty();
}

TEST_P(RtspCameraTest, PacketsAreInOrderWithBothTimesAndParameterSets) {
  const Camera& camera = GetParam();
  const MediamtxProcess mediamtx("[digest]", "", {.udp = true});
  const av::testing::FfmpegProcess ffmpeg(absl::StrCat(
      "-re -f lavfi -i testsrc2=size=320x240:rate=25 -f lavfi -i sine ", camera.coder,
      " -g 25 -pix_fmt yuv420p -f rtsp -rtsp_transport tcp ", mediamtx.Url("user:pass@", "cam")));
  AttemptRecorder recorder;
  RtspSource source(recorder.strand(),
                    {.url = base::SecretUrl::Parse(mediamtx.Url("user:pass@", "cam")).value(),
                     .transport = camera.transport});
  const Events events = Read(&recorder, &source);
  recorder.Close();
  ASSERT_GE(events.packets.size(), kEnough);
  ASSERT_EQ(events.infos.size(), 1u);
  ASSERT_EQ(events.infos[0].tracks.size(), 2u);
  EXPECT_EQ(events.infos[0].tracks[0].codec, camera.codec);
  EXPECT_EQ(events.infos[0].tracks[1].codec, camera.sound);
  EXPECT_EQ(events.lost, 0u);

  const std::vector<media::Packet> video = OfTrack(events, 0);
  ASSERT_GT(video.size(), 30u);
  EXPECT_TRUE(video[0].key);
  int reordered = 0;
  for (size_t i = 0; i < video.size(); ++i) {
    if (video[i].key) EXPECT_TRUE(HasSets(video[i], camera.codec)) << i;
    if (i == 0) continue;
    EXPECT_GT(video[i].dts, video[i - 1].dts) << i;
    if (video[i].pts < video[i - 1].pts) ++reordered;
    // Where the depth has to be found out, the first pictures pay for it.
    if (i > 10) EXPECT_LE(video[i].dts, video[i].pts) << i;
  }
  EXPECT_GT(reordered, 5);

  const std::vector<media::Packet> audio = OfTrack(events, 1);
  ASSERT_GT(audio.size(), 10u);
  const double rate = static_cast<double>(events.infos[0].tracks[1].clock_rate);
  const double video_s = static_cast<double>(video.back().pts) / media::kVideoClockRate;
  EXPECT_NEAR(static_cast<double>(audio.back().pts) / rate, video_s, 0.5);
}

INSTANTIATE_TEST_SUITE_P(
    Cameras, RtspCameraTest,
    ::testing::Values(
        Camera{"H264Tcp", "-c:v libx264 -preset ultrafast -bf 2 -c:a aac", media::Codec::kH264,
               media::Codec::kAac, rtsp::Reader::Transport::kTcpThenUdp},
        Camera{"H264Udp", "-c:v libx264 -preset ultrafast -bf 2 -ac 1 -ar 8000 -c:a pcm_alaw",
               media::Codec::kH264, media::Codec::kPcma, rtsp::Reader::Transport::kUdp},
        Camera{"H265Tcp",
               "-c:v libx265 -preset ultrafast -bf 2 -x265-params log-level=error "
               "-ac 2 -ar 48000 -c:a libopus",
               media::Codec::kH265, media::Codec::kOpus, rtsp::Reader::Transport::kTcpThenUdp}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace relayfleet::ingest
