// SPDX-License-Identifier: Apache-2.0

#include "libs/av/h264_encoder.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libs/av/h264_settings.h"
#include "libs/av/range.h"
#include "libs/av/test_pattern.h"
#include "libs/av/testing/h264_decoder.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"
#include "libs/media/packet.h"

namespace relayfleet::av {
namespace {

constexpr int64_t kTicks = media::kVideoClockRate;

std::unique_ptr<VideoEncoder> Make(const VideoEncoder::Options& options) {
  auto encoder = H264Encoder::Create("libx264", options);
  EXPECT_TRUE(encoder.ok()) << encoder.status();
  return *std::move(encoder);
}

Frame Picture(int width, int height, uint64_t number) {
  Frame full, out;
  TestPattern({.width = width, .height = height})
      .Draw(number, absl::FromUnixMillis(33 * static_cast<int64_t>(number)), full);
  FullToLimited(full, out);
  return out;
}

// Like a moving camera: every pixel changes, and with noise.
void Noise(uint64_t number, Frame& out) {
  uint32_t random = static_cast<uint32_t>(number) * 2654435761u + 1;
  for (int row = 0; row < out.height(); ++row) {
    uint8_t* line = out.plane(0).data + row * out.plane(0).stride;
    for (int x = 0; x < out.width(); ++x) {
      random = random * 1664525u + 1013904223u;
      line[x] = static_cast<uint8_t>(64 + (x + row + number * 5) % 100 + (random >> 27));
    }
  }
}

TEST(H264Encoder, MakesConstrainedBaselineThatDecodesToThePicture) {
  auto encoder = Make({.width = 1280, .height = 720, .bitrate_kbps = 8000});
  testing::H264Decoder decoder;
  for (int i = 0; i < 5; ++i) {
    const Frame picture = Picture(1280, 720, i);
    const int64_t pts = 1'800'000'000 * kTicks + i * kTicks / 30;  // of the year 2027
    const auto unit = encoder->Encode(picture, pts, false);
    ASSERT_TRUE(unit.ok()) << unit.status();
    EXPECT_EQ(unit->pts, pts);
    EXPECT_EQ(unit->key, i == 0);
    const auto decoded = decoder.Decode(unit->data);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_GT(testing::LumaPsnr(picture, *decoded), 30);
    EXPECT_GT(testing::PlanePsnr(picture, *decoded, 1), 30);
    EXPECT_FALSE(decoded->full_range());
    EXPECT_TRUE(decoder.bt601());
  }
}

TEST(H264Encoder, SaysThatPicturesMayComeAtAnyTime) {
  auto encoder = Make({.width = 320, .height = 240, .max_fps = 30});
  for (int i = 0; i < 2; ++i) {
    const auto unit = encoder->Encode(Picture(320, 240, i), i * kTicks / 7, /*force_key=*/true);
    ASSERT_TRUE(unit.ok()) << unit.status();
    const auto sps = media::ParseH264Sps(media::FindKeyUnits(unit->data).sps);
    ASSERT_TRUE(sps.ok()) << sps.status();
    EXPECT_FALSE(sps->fixed_frame_rate);
    EXPECT_EQ(sps->fps, 30);
  }
}

TEST(H264Encoder, RepeatsParameterSetsBeforeEachIdrAndWritesNoDelimiter) {
  auto encoder = Make({.width = 320, .height = 240});
  for (int i = 0; i < 6; ++i) {
    const auto unit = encoder->Encode(Picture(320, 240, i), i * kTicks / 5, i == 3);
    ASSERT_TRUE(unit.ok());
    const media::KeyUnits units = media::FindKeyUnits(unit->data);
    const bool key = i == 0 || i == 3;
    EXPECT_EQ(unit->key, key);
    EXPECT_EQ(!units.idr.empty(), key);
    EXPECT_EQ(!units.sps.empty(), key);
    EXPECT_EQ(!units.pps.empty(), key);
    for (media::NalReader reader(unit->data); reader.Next();) {
      EXPECT_NE(media::TypeOfNal(reader.nal()), media::NalType::kDelimiter);
    }
    if (!key) continue;
    const auto sps = media::ParseH264Sps(units.sps);
    ASSERT_TRUE(sps.ok()) << sps.status();
    EXPECT_EQ(sps->profile_idc, 66);
    EXPECT_EQ(sps->constraint_flags & 0xC0, 0xC0);
    EXPECT_EQ(sps->level_idc, 31);
    EXPECT_EQ(sps->width, 320);
    EXPECT_EQ(sps->height, 240);
  }
}

TEST(H264Encoder, MakesKeyFramesByTimeAtAnyRate) {
  for (const int fps : {1, 5, 30}) {
    auto encoder = Make({.width = 64, .height = 64, .max_fps = 30, .gop = absl::Seconds(2)});
    const Frame picture = Picture(64, 64, 0);
    std::vector<int> keys;
    for (int i = 0; i <= 4 * fps; ++i) {
      const auto unit = encoder->Encode(picture, i * kTicks / fps, false);
      ASSERT_TRUE(unit.ok());
      if (unit->key) keys.push_back(i);
    }
    EXPECT_EQ(keys, (std::vector<int>{0, 2 * fps, 4 * fps})) << fps;
  }
}

double KbpsOf(int opened_fps, int fed_fps) {
  auto encoder = Make({.width = 640, .height = 480, .max_fps = opened_fps, .bitrate_kbps = 1000});
  Frame picture;
  picture.ResetI420(640, 480);
  for (int i = 1; i < 3; ++i) {
    std::fill_n(picture.plane(i).data, picture.plane(i).stride * 240, uint8_t{128});
  }
  size_t bytes = 0;
  const int pictures = 6 * fed_fps;
  for (int i = 0; i < pictures; ++i) {
    Noise(i, picture);
    const auto unit = encoder->Encode(picture, i * kTicks / fed_fps, false);
    EXPECT_TRUE(unit.ok());
    bytes += unit->data.size();
  }
  return bytes * 8 / 6.0 / 1000;
}

TEST(H264Encoder, KeepsTheBitRateWhateverTheRateOfPictures) {
  EXPECT_LT(KbpsOf(/*opened_fps=*/5, /*fed_fps=*/30), 1300);
  EXPECT_LT(KbpsOf(30, 30), 1300);
  EXPECT_LT(KbpsOf(30, 5), 1300);
  EXPECT_GT(KbpsOf(30, 30), 500);
  EXPECT_GT(KbpsOf(30, 5), 500);
}

TEST(H264Encoder, RaisesTheLevelOnlyWhenNeeded) {
  EXPECT_EQ(H264LevelFor({.width = 1280, .height = 720, .max_fps = 30}), 31);
  EXPECT_EQ(H264LevelFor({.width = 1280, .height = 720, .max_fps = 60}), 32);
  EXPECT_EQ(H264LevelFor({.width = 1920, .height = 1080, .max_fps = 30}), 40);
  EXPECT_EQ(H264LevelFor({.width = 1280, .height = 720, .bitrate_kbps = 30000}), 42);
  EXPECT_EQ(H264LevelFor({.width = 4096, .height = 4096, .max_fps = 60}), 60);
}

TEST(H264Encoder, OpensAtTheLimitsOfSizeAndRate) {
  for (const auto& options : std::vector<VideoEncoder::Options>{
           {.width = 16, .height = 16, .max_fps = 1, .bitrate_kbps = 64},
           {.width = 4096, .height = 4096, .max_fps = 60, .bitrate_kbps = 50000},
           {.width = 1282, .height = 722}}) {
    auto encoder = Make(options);
    Frame picture;
    picture.ResetI420(options.width, options.height);
    for (int i = 0; i < 3; ++i) {
      const PlaneView& plane = picture.plane(i);
      std::fill_n(plane.data, plane.stride * plane.height, uint8_t{128});
    }
    const auto unit = encoder->Encode(picture, 0, false);
    ASSERT_TRUE(unit.ok()) << unit.status();
    const auto sps = media::ParseH264Sps(media::FindKeyUnits(unit->data).sps);
    ASSERT_TRUE(sps.ok());
    EXPECT_EQ(sps->width, options.width);
    EXPECT_EQ(sps->height, options.height);
  }
}

TEST(H264Encoder, RefusesAPictureOfAnotherSize) {
  auto encoder = Make({.width = 64, .height = 64});
  EXPECT_FALSE(encoder->Encode(Picture(128, 64, 0), 0, false).ok());
}

TEST(H264Encoder, SaysInLibavsWordsWhyOneIsNotThere) {
  EXPECT_TRUE(absl::IsInvalidArgument(H264Encoder::Create("h264_magic", {}).status()));
  const auto nvmpi = H264Encoder::Create("h264_nvmpi", {});
  if (!nvmpi.ok()) {
    EXPECT_EQ(nvmpi.status().message(), "h264_nvmpi: not built into this libav");
  }
  for (const char* name : {"h264_nvenc", "h264_v4l2m2m"}) {
    const auto encoder = H264Encoder::Create(name, {});
    if (encoder.ok()) continue;  // a machine that has it
    EXPECT_TRUE(absl::IsUnavailable(encoder.status()));
    const std::string text(encoder.status().message());
    EXPECT_TRUE(absl::StartsWith(text, std::string(name) + ": ")) << text;
    EXPECT_FALSE(absl::StrContains(text, "Operation not permitted")) << text;
  }
}

TEST(H264Encoder, SaysWhichColoursItWasGiven) {
  auto encoder = Make({.width = 64, .height = 64, .colours = Colours::kBt709});
  const auto unit = encoder->Encode(Picture(64, 64, 0), 0, false);
  ASSERT_TRUE(unit.ok());
  testing::H264Decoder decoder;
  ASSERT_TRUE(decoder.Decode(unit->data).ok());
  EXPECT_FALSE(decoder.bt601());
}

}  // namespace
}  // namespace relayfleet::av
