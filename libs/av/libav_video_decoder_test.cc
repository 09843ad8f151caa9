// SPDX-License-Identifier: Apache-2.0

#include "libs/av/libav_video_decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/av/testing/material.h"

namespace relayfleet::av {
namespace {

using testing::GreySteps;
using testing::MakeMaterial;
using testing::Material;

// A picture that came out: its packet, and pixels.
struct Shown {
  media::Packet packet;
  Frame picture;
};

int Luma(const Frame& frame, int x, int y) {
  return frame.plane(0).data[y * frame.plane(0).stride + x];
}
int Middle(const Frame& frame) { return Luma(frame, frame.width() / 2, frame.height() / 2); }

std::unique_ptr<VideoDecoder> Open(const media::Track& track, VideoDecoder::Options options) {
  auto decoder = LibavVideoDecoder::Create(track, options);
  EXPECT_TRUE(decoder.ok()) << decoder.status();
  return *std::move(decoder);
}

void TakeAll(VideoDecoder& decoder, std::vector<Shown>& shown) {
  while (auto packet = decoder.Next()) {
    Shown next{.packet = *packet};
    const absl::Status taken = decoder.Take(next.picture);
    EXPECT_TRUE(taken.ok()) << taken;
    shown.push_back(std::move(next));
  }
}

std::vector<Shown> DecodeAll(const Material& material, VideoDecoder::Options options) {
  const auto decoder = Open(material.track, options);
  std::vector<Shown> shown;
  for (const media::Packet& packet : material.packets) {
    const absl::Status pushed = decoder->Push(packet);
    EXPECT_TRUE(pushed.ok()) << packet.seq << pushed;
    TakeAll(*decoder, shown);
  }
  decoder->Finish();
  TakeAll(*decoder, shown);
  return shown;
}

// Pictures of GreySteps, in order and complete.
void ExpectSteps(const std::vector<Shown>& shown, size_t frames, int step) {
  ASSERT_EQ(shown.size(), frames);
  for (size_t i = 0; i < frames; ++i) {
    EXPECT_NEAR(Middle(shown[i].picture), 32 + static_cast<int>(i) * step, 3) << i;
    if (i > 0) EXPECT_GT(shown[i].packet.pts, shown[i - 1].packet.pts);
  }
}

TEST(LibavVideoDecoder, PutsBPicturesInOrder) {
  const Material material = MakeMaterial(GreySteps("320x240", "30000/1001", 30, 5) +
                                         " -pix_fmt yuv420p -c:v libx264 -bf 3 -g 15");
  ASSERT_EQ(material.track.codec, media::Codec::kH264);
  EXPECT_NE(material.packets[1].pts, material.packets[1].dts);  // there are some
  const auto shown = DecodeAll(material, {.width = 320, .height = 240});
  ExpectSteps(shown, 30, 5);
  EXPECT_EQ(shown[1].packet.payload, nullptr);
}

TEST(LibavVideoDecoder, GivesAPictureForEachPacketWhereNoneIsReordered) {
  const Material material = MakeMaterial(GreySteps("320x240", "30", 10, 10) +
                                         " -pix_fmt yuv420p -c:v libx264 -bf 0 -tune zerolatency");
  const auto decoder = Open(material.track, {.width = 320, .height = 240});
  for (const media::Packet& packet : material.packets) {
    ASSERT_TRUE(decoder->Push(packet).ok());
    std::vector<Shown> shown;
    TakeAll(*decoder, shown);
    ASSERT_EQ(shown.size(), 1);
    EXPECT_EQ(shown[0].packet.seq, packet.seq);
    EXPECT_EQ(shown[0].packet.pts, packet.pts);
  }
}

TEST(LibavVideoDecoder, DecodesTenBitHevc) {
  const Material material = MakeMaterial(
      GreySteps("320x240", "25", 12, 10) +
      " -pix_fmt yuv420p10le -c:v libx265 -x265-params log-level=none:keyint=6:bframes=2");
  ASSERT_EQ(material.track.codec, media::Codec::kH265);
  ExpectSteps(DecodeAll(material, {.width = 640, .height = 480}), 12, 10);
}

TEST(LibavVideoDecoder, DecodesOtherCodecsByName) {
  for (const std::string codec : {"libvpx -b:v 1M", "mpeg2video -bf 2 -q:v 2", "mpeg4 -q:v 2"}) {
    const Material material =
        MakeMaterial(GreySteps("320x240", "25", 12, 10) + " -pix_fmt yuv420p -c:v " + codec);
    ASSERT_EQ(material.track.codec, media::Codec::kLibav);
    ExpectSteps(DecodeAll(material, {.width = 320, .height = 240}), 12, 10);
  }
}

TEST(LibavVideoDecoder, TakesOddSizesFullRangeAndFullChroma) {
  const Material odd = MakeMaterial(GreySteps("1918x1078", "25", 3, 20) +
                                    " -pix_fmt yuv420p -c:v libx264 -preset ultrafast");
  ExpectSteps(DecodeAll(odd, {.width = 1280, .height = 720}), 3, 20);
  const Material full =
      MakeMaterial(GreySteps("320x240", "25", 2, 100) + " -pix_fmt yuvj444p -c:v libx264 -qp 4");
  const auto shown = DecodeAll(full, {.width = 320, .height = 240});
  ASSERT_EQ(shown.size(), 2);
  EXPECT_EQ(shown[1].picture.chroma(), Chroma::k420);
  EXPECT_FALSE(shown[1].picture.full_range());
  EXPECT_NEAR(Middle(shown[1].picture), 132, 3);
}

TEST(LibavVideoDecoder, TurnsPictures) {
  Material material = MakeMaterial(
      "-f lavfi -i "
      "nullsrc=s=320x160:r=25,format=yuv420p,geq=lum='if(lt(X\\,160)\\,200\\,50)':cb=128:cr=128 "
      "-frames:v 1 "
      "-pix_fmt yuv420p -c:v libx264 -qp 10");
  for (const int rotation : {90, 180, 270}) {
    material.track.rotation = rotation;
    const bool upright = rotation != 180;
    const VideoDecoder::Options size{.width = upright ? 160 : 320, .height = upright ? 320 : 160};
    const auto shown = DecodeAll(material, size);
    ASSERT_EQ(shown.size(), 1);
    const Frame& picture = shown[0].picture;
    // What was left is above after a quarter clockwise, right after a half.
    const int x = rotation == 180 ? 300 : 80;
    const int y = rotation == 90 ? 20 : rotation == 270 ? 300 : 80;
    EXPECT_NEAR(Luma(picture, x, y), 200, 4) << rotation;
    EXPECT_NEAR(Luma(picture, size.width - 1 - x, size.height - 1 - y), 50, 4) << rotation;
  }
}

TEST(LibavVideoDecoder, BlendsTheFieldsOfInterlacedPictures) {
  const std::string combs =
      "-f lavfi -i "
      "nullsrc=s=320x240:r=25,format=yuv420p,geq=lum='if(mod(Y\\,2)\\,200\\,50)':cb=128:cr=128 "
      "-frames:v 2 "
      "-pix_fmt yuv420p -c:v libx264 -qp 4 ";
  const auto woven = DecodeAll(MakeMaterial(combs + "-flags +ildct+ilme -x264-params tff=1"),
                               {.width = 320, .height = 240});
  ASSERT_EQ(woven.size(), 2);
  EXPECT_NEAR(Luma(woven[1].picture, 160, 120), 125, 4);
  EXPECT_NEAR(Luma(woven[1].picture, 160, 121), 125, 4);
  const auto progressive = DecodeAll(MakeMaterial(combs), {.width = 320, .height = 240});
  ASSERT_EQ(progressive.size(), 2);
  EXPECT_NEAR(Luma(progressive[1].picture, 160, 120), 50, 4);
  EXPECT_NEAR(Luma(progressive[1].picture, 160, 121), 200, 4);
}

TEST(LibavVideoDecoder, KeepsTheColourMatrixAndNamesIt) {
  const std::string grey = GreySteps("320x240", "25", 1, 0) + " -pix_fmt yuv420p -c:v libx264 ";
  const VideoDecoder::Options size{.width = 160, .height = 120};
  EXPECT_EQ(DecodeAll(MakeMaterial(grey + "-colorspace bt709"), size)[0].picture.colours(),
            Colours::kBt709);
  EXPECT_EQ(DecodeAll(MakeMaterial(grey), size)[0].picture.colours(), Colours::kBt601);
}

TEST(LibavVideoDecoder, RefusesADamagedPacketAndWaitsForAKey) {
  const Material material = MakeMaterial(GreySteps("320x240", "30", 20, 5) +
                                         " -pix_fmt yuv420p -c:v libx264 -bf 0 -g 10");
  const auto decoder = Open(material.track, {.width = 320, .height = 240});
  std::vector<Shown> shown;
  std::vector<uint64_t> refused;
  for (media::Packet packet : material.packets) {
    if (packet.seq == 4) packet.payload = media::MakePayload(std::string(500, '\x7f'));
    if (!decoder->Push(packet).ok()) refused.push_back(packet.seq);
    TakeAll(*decoder, shown);
  }
  EXPECT_EQ(refused, (std::vector<uint64_t>{4, 5, 6, 7, 8, 9, 10}));
  ASSERT_GE(shown.size(), 10);
  EXPECT_NEAR(Middle(shown.back().picture), 32 + 19 * 5, 10);
}

TEST(LibavVideoDecoder, TriesAgainWhereNoPacketIsMarkedKey) {
  const Material material =
      MakeMaterial(GreySteps("64x64", "30", 3, 5) + " -pix_fmt yuv420p -c:v libx264 -bf 0 -g 1");
  const auto decoder = Open(material.track, {.width = 64, .height = 64});
  media::Packet packet = material.packets[0];
  packet.key = false;
  media::Packet rubbish = packet;
  rubbish.payload = media::MakePayload("rubbish");
  EXPECT_FALSE(decoder->Push(rubbish).ok());
  int refused = 0;
  while (!decoder->Push(packet).ok() && refused < 1000) ++refused;
  EXPECT_EQ(refused, LibavVideoDecoder::kMaxRefused);
}

TEST(LibavVideoDecoder, SkipsWhatNoOtherPictureNeeds) {
  const Material material = MakeMaterial(
      GreySteps("320x240", "30", 30, 5) +
      " -pix_fmt yuv420p -c:v libx264 -bf 2 -x264-params b-pyramid=0:b-adapt=0:scenecut=0");
  const auto decoder = Open(material.track, {.width = 320, .height = 240});
  decoder->SkipNonReference(true);
  std::vector<Shown> shown;
  for (const media::Packet& packet : material.packets) {
    ASSERT_TRUE(decoder->Push(packet).ok());
    TakeAll(*decoder, shown);
  }
  decoder->Finish();
  TakeAll(*decoder, shown);
  EXPECT_LE(shown.size(), 12);
  EXPECT_GE(shown.size(), 9);
  for (const Shown& one : shown) {
    const auto index = static_cast<int>((one.packet.pts - shown[0].packet.pts + 1500) / 3000);
    EXPECT_NEAR(Middle(one.picture), 32 + 5 * index, 3);
  }
}

TEST(LibavVideoDecoder, RefusesTracksThatItCannotDecode) {
  for (const media::Track& track :
       {media::Track{.codec = media::Codec::kLibav, .codec_name = "magic"},
        media::Track{.codec = media::Codec::kLibav, .codec_name = "aac"},
        media::Track{.codec = media::Codec::kAac}}) {
    const auto decoder = LibavVideoDecoder::Create(track, {});
    EXPECT_TRUE(absl::IsInvalidArgument(decoder.status()));
  }
}

}  // namespace
}  // namespace relayfleet::av
