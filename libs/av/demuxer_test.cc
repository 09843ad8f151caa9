// SPDX-License-Identifier: Apache-2.0

#include "libs/av/demuxer.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/av/testing/recording.h"
#include "libs/media/annexb.h"

namespace relayfleet::av {
namespace {

using media::Codec;
using ::testing::HasSubstr;
using testing::kTwoSeconds;
using testing::MakeRecording;
using ::testing::SizeIs;

// A file in memory.
class Bytes final : public ByteSource {
 public:
  explicit Bytes(std::string bytes, bool seekable = true)
      : bytes_(std::move(bytes)), seekable_(seekable) {}
  absl::StatusOr<size_t> Read(int64_t position, char* out, size_t size) override {
    if (fail_at >= 0 && position >= fail_at) return absl::UnavailableError("broke off");
    const size_t at = std::min(static_cast<size_t>(position), bytes_.size());
    return bytes_.copy(out, size, at);
  }
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  bool seekable() const override { return seekable_; }

  int64_t fail_at = -1;

 private:
  const std::string bytes_;
  const bool seekable_;
};

std::string Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

absl::StatusOr<std::unique_ptr<Demuxer>> OpenBytes(std::string bytes, bool seekable = true) {
  return Demuxer::Open(
      {.name = "test", .bytes = std::make_unique<Bytes>(std::move(bytes), seekable)});
}

struct All {
  std::vector<media::Packet> video;
  std::vector<media::Packet> audio;
  absl::Status end;
};

All ReadAll(Demuxer& demuxer) {
  All all;
  while (true) {
    auto item = demuxer.Next();
    if (!item.ok()) {
      all.end = item.status();
      return all;
    }
    (item->packet.track == 0 ? all.video : all.audio).push_back(std::move(item->packet));
  }
}

std::vector<int64_t> DtsOf(const std::vector<media::Packet>& packets) {
  std::vector<int64_t> dts;
  for (const media::Packet& packet : packets) dts.push_back(packet.dts);
  return dts;
}

class DemuxerContainers : public ::testing::TestWithParam<const char*> {};

TEST_P(DemuxerContainers, GiveAnnexBAndAudioOnOneTimeLineTwice) {
  const std::string path = MakeRecording(absl::StrCat("two.", GetParam()), kTwoSeconds);
  ASSERT_NE(path, "");
  const auto demuxer = OpenBytes(Load(path));
  ASSERT_TRUE(demuxer.ok()) << demuxer.status();
  const std::vector<media::Track>& tracks = (*demuxer)->tracks();
  ASSERT_THAT(tracks, SizeIs(2));
  EXPECT_EQ(tracks[0].codec, Codec::kH264);
  EXPECT_EQ(tracks[0].width, 320);
  EXPECT_EQ(tracks[0].fps, 25);
  EXPECT_FALSE(tracks[0].sps.empty() || tracks[0].pps.empty());
  EXPECT_EQ(tracks[1].codec, Codec::kAac);
  EXPECT_EQ(tracks[1].clock_rate, 44100);
  EXPECT_EQ(tracks[1].channels, 2);
  // AAC-LC, 44.1 kHz, stereo.
  EXPECT_EQ(tracks[1].config.substr(0, 2), "\x12\x10");

  const All all = ReadAll(**demuxer);
  EXPECT_EQ(all.end.code(), absl::StatusCode::kOutOfRange);
  ASSERT_THAT(all.video, SizeIs(50));
  EXPECT_GE(all.audio.size(), 86u);
  EXPECT_TRUE(all.video[0].key && all.video[25].key);
  EXPECT_FALSE(all.video[1].key);
  const media::KeyUnits units = media::FindKeyUnits(*all.video[25].payload);
  EXPECT_EQ(units.sps, tracks[0].sps);
  EXPECT_FALSE(units.idr.empty());
  EXPECT_NE(static_cast<uint8_t>((*all.audio[0].payload)[0]), 0xff);
  for (size_t i = 1; i < all.video.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(all.video[i].dts - all.video[i - 1].dts), 3600, 90);
  }

  ASSERT_TRUE((*demuxer)->Rewind().ok());
  const All again = ReadAll(**demuxer);
  EXPECT_EQ(DtsOf(again.video), DtsOf(all.video));
  EXPECT_EQ(*again.video[0].payload, *all.video[0].payload);
}

INSTANTIATE_TEST_SUITE_P(All, DemuxerContainers, ::testing::Values("mp4", "ts", "mkv", "flv"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Demuxer, BFramesRotationAndH265AreTold) {
  const std::string path = MakeRecording(
      "hevc.mp4",
      "-f lavfi -i testsrc2=size=320x240:rate=25:duration=1 -c:v libx265 -preset ultrafast "
      "-x265-params log-level=none:bframes=2:keyint=25 -tag:v hvc1");
  ASSERT_NE(path, "");
  const std::string turned = MakeRecording(
      "turned.mp4", absl::StrCat("-i '", path, "' -c copy -metadata:s:v:0 rotate=90"));
  const auto demuxer = OpenBytes(Load(turned));
  ASSERT_TRUE(demuxer.ok()) << demuxer.status();
  const media::Track& track = (*demuxer)->tracks()[0];
  EXPECT_EQ(track.codec, Codec::kH265);
  // The program counts counterclockwise, and its own players turn such a file by 270 degrees.
  EXPECT_EQ(track.rotation, 270);
  EXPECT_FALSE(track.vps.empty() || track.sps.empty() || track.pps.empty());
  const All all = ReadAll(**demuxer);
  ASSERT_THAT(all.video, SizeIs(25));
  const auto reordered = [](const media::Packet& packet) { return packet.pts != packet.dts; };
  EXPECT_TRUE(std::any_of(all.video.begin(), all.video.end(), reordered));
  EXPECT_TRUE(std::is_sorted(all.video.begin(), all.video.end(),
                             [](const auto& a, const auto& b) { return a.dts < b.dts; }));
}

TEST(Demuxer, ReadsWhatCanNotBeSought) {
  const std::string path = MakeRecording("two.ts", kTwoSeconds);
  const auto demuxer = OpenBytes(Load(path), false);
  ASSERT_TRUE(demuxer.ok()) << demuxer.status();
  EXPECT_THAT(ReadAll(**demuxer).video, SizeIs(50));
}

TEST(Demuxer, WhatIsNoVideoIsRefused) {
  EXPECT_EQ(OpenBytes("").status().code(), absl::StatusCode::kInvalidArgument);
  const absl::Status text = OpenBytes(std::string(10000, 'x')).status();
  EXPECT_EQ(text.code(), absl::StatusCode::kInvalidArgument) << text;
  const std::string tone = MakeRecording("tone.mp4", "-f lavfi -i sine=duration=1 -c:a aac");
  const absl::Status audio = OpenBytes(Load(tone)).status();
  EXPECT_EQ(audio.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(audio.message()), HasSubstr("no video"));
  const std::string whole = Load(MakeRecording("two.mp4", kTwoSeconds));
  EXPECT_EQ(OpenBytes(whole.substr(0, whole.size() / 2)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Demuxer, TheErrorOfItsBytesIsItsOwn) {
  auto bytes = std::make_unique<Bytes>(Load(MakeRecording("two.ts", kTwoSeconds)));
  bytes->fail_at = 0;
  const auto demuxer = Demuxer::Open({.name = "test", .bytes = std::move(bytes)});
  EXPECT_EQ(demuxer.status(), absl::UnavailableError("test: broke off"));
}

TEST(Demuxer, APlaylistOpensNothingByItself) {
  const std::string path = MakeRecording("two.ts", kTwoSeconds);
  const std::string playlist = absl::StrCat(
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:", path, "\n#EXT-X-ENDLIST\n");
  EXPECT_FALSE(OpenBytes(playlist).ok());
  // Where it may, it gets what it asks for.
  std::vector<std::string> asked;
  const auto demuxer = Demuxer::Open(
      {.url = "http://camera/live.m3u8",
       .name = "test",
       .bytes = std::make_unique<Bytes>("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfirst.ts\n"
                                        "#EXT-X-ENDLIST\n"),
       .open_part = [&](const std::string& url) -> absl::StatusOr<std::unique_ptr<ByteSource>> {
         asked.push_back(url);
         return std::make_unique<Bytes>(Load(path));
       }});
  ASSERT_TRUE(demuxer.ok()) << demuxer.status();
  EXPECT_EQ(asked[0], "http://camera/first.ts");
  EXPECT_THAT(ReadAll(**demuxer).video, SizeIs(50));
}

TEST(Demuxer, OnlyTheProtocolsNamedAreOpened) {
  const std::string path = MakeRecording("two.ts", kTwoSeconds);
  EXPECT_FALSE(Demuxer::Open({.url = path, .name = "test"}).ok());
  EXPECT_FALSE(Demuxer::Open({.url = absl::StrCat("file:", path), .protocols = "tcp"}).ok());
}

TEST(Demuxer, StopEndsIt) {
  const auto stop = std::make_shared<std::atomic<bool>>(true);
  const auto demuxer = Demuxer::Open(
      {.url = "tcp://127.0.0.1:1", .name = "test", .protocols = "tcp", .live = true, .stop = stop});
  EXPECT_EQ(demuxer.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace relayfleet::av
