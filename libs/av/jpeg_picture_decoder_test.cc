// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_picture_decoder.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/range.h"
#include "libs/av/test_pattern.h"
#include "libs/av/testing/h264_decoder.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {
namespace {

using ::testing::HasSubstr;

// A smooth picture whose planes all differ: steps of a test pattern don't survive subsampling.
Frame Smooth(int width, int height, Chroma chroma) {
  Frame frame;
  frame.Reset(width, height, chroma, true);
  for (int i = 0; i < frame.planes(); ++i) {
    const PlaneView& plane = frame.plane(i);
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        const int across = x * 200 / plane.width, along = y * 200 / plane.height;
        plane.data[y * plane.stride + x] = static_cast<uint8_t>(28 + (i == 0 ? (across + along) / 2
                                                                      : i == 1 ? across
                                                                               : along));
      }
    }
  }
  return frame;
}

std::string Jpeg(const Frame& frame, bool progressive = false) {
  const auto jpeg = JpegEncoder({.quality = 95, .progressive = progressive}).Encode(frame);
  EXPECT_TRUE(jpeg.ok()) << jpeg.status();
  return *jpeg;
}

// What the smooth picture is at `width` x `height`.
Frame Expected(int width, int height) {
  Frame limited;
  FullToLimited(Smooth(width, height, Chroma::k420), limited);
  return limited;
}

void ExpectPicture(const std::string& jpeg, int width, int height, const std::string& name) {
  JpegPictureDecoder decoder(width, height);
  Frame out;
  const absl::Status decoded = decoder.Decode(jpeg, out);
  ASSERT_TRUE(decoded.ok()) << name << ": " << decoded;
  ASSERT_EQ(out.width(), width);
  ASSERT_EQ(out.height(), height);
  ASSERT_FALSE(out.full_range());
  const Frame expected = Expected(width, height);
  for (int i = 0; i < 3; ++i) {
    EXPECT_GT(testing::PlanePsnr(out, expected, i), 35) << name << " plane " << i;
  }
}

TEST(JpegPictureDecoder, TakesEverySubsamplingAtEverySize) {
  const struct {
    Chroma chroma;
    const char* name;
  } kKinds[] = {{Chroma::k420, "4:2:0"},
                {Chroma::k422, "4:2:2"},
                {Chroma::k444, "4:4:4"},
                {Chroma::k440, "4:4:0"},
                {Chroma::k411, "4:1:1"}};
  for (const auto& kind : kKinds) {
    for (const bool progressive : {false, true}) {
      const std::string jpeg = Jpeg(Smooth(640, 480, kind.chroma), progressive);
      const std::string name = absl::StrCat(kind.name, progressive ? " progressive" : "");
      ExpectPicture(jpeg, 640, 480, name);                              // as it is
      ExpectPicture(jpeg, 480, 360, absl::StrCat(name, " scaled"));     // swscale
      ExpectPicture(jpeg, 320, 240, absl::StrCat(name, " half"));       // DCT
      ExpectPicture(jpeg, 120, 90, absl::StrCat(name, " a quarter"));   // both
      ExpectPicture(jpeg, 80, 60, absl::StrCat(name, " an eighth"));    // DCT
      ExpectPicture(jpeg, 1280, 960, absl::StrCat(name, " enlarged"));  // swscale
    }
  }
}

TEST(JpegPictureDecoder, TakesGrey) {
  const std::string jpeg = Jpeg(Smooth(320, 240, Chroma::kGrey));
  for (const int width : {320, 160, 240}) {
    JpegPictureDecoder decoder(width, width * 3 / 4);
    Frame out;
    ASSERT_TRUE(decoder.Decode(jpeg, out).ok());
    EXPECT_GT(testing::LumaPsnr(out, Expected(width, width * 3 / 4)), 35) << width;
    EXPECT_NEAR(out.plane(1).data[0], 128, 1);
    EXPECT_NEAR(out.plane(2).data[out.plane(2).stride * 10 + 20], 128, 1);
  }
}

TEST(JpegPictureDecoder, TakesOddSizes) {
  for (const Chroma chroma : {Chroma::k420, Chroma::k422, Chroma::k444, Chroma::k411}) {
    JpegPictureDecoder decoder(64, 64);
    Frame out;
    for (const auto& [width, height] : {std::pair(1, 1), std::pair(35, 35), std::pair(641, 481),
                                        std::pair(17, 500), std::pair(1000, 3)}) {
      EXPECT_TRUE(decoder.Decode(Jpeg(Smooth(width, height, chroma)), out).ok()) << width;
    }
  }
}

TEST(JpegPictureDecoder, TakesCameraJpegsWithoutHuffmanTables) {
  std::string jpeg = Jpeg(Smooth(320, 240, Chroma::k422));
  const std::string marker = "\xFF\xC4";
  for (size_t at = jpeg.find(marker); at != std::string::npos; at = jpeg.find(marker)) {
    const int length = static_cast<uint8_t>(jpeg[at + 2]) << 8 | static_cast<uint8_t>(jpeg[at + 3]);
    jpeg.erase(at, 2 + length);
  }
  ASSERT_FALSE(media::ParseJpegHeader(jpeg)->has_dht);
  ExpectPicture(jpeg, 320, 240, "without DHT");
}

TEST(JpegPictureDecoder, FollowsAChangingSize) {
  JpegPictureDecoder decoder(320, 240);
  Frame out;
  const Frame expected = Expected(320, 240);
  for (const int width : {640, 320, 1280, 160, 320}) {
    const Chroma chroma = width == 1280 ? Chroma::k422 : Chroma::k420;
    ASSERT_TRUE(decoder.Decode(Jpeg(Smooth(width, width * 3 / 4, chroma)), out).ok());
    EXPECT_GT(testing::LumaPsnr(out, expected), 35) << width;
  }
}

std::string WithExif(const std::string& jpeg, char orientation) {
  std::string exif("Exif\0\0MM\0*\0\0\0\x08", 14);
  exif.append("\0\x01\x01\x12\0\x03\0\0\0\x01\0", 11);
  exif += orientation;
  exif.append(2, '\0');
  const char size = static_cast<char>(exif.size() + 2);
  return absl::StrCat(jpeg.substr(0, 2), "\xFF\xE1", std::string({'\0', size}), exif,
                      jpeg.substr(2));
}

TEST(JpegPictureDecoder, TurnsByExif) {
  // Luma grows to the right and down, so that each corner tells where it was stored.
  const std::string jpeg = WithExif(Jpeg(Smooth(240, 320, Chroma::k420)), 6);
  ASSERT_EQ(media::ParseJpegHeader(jpeg)->orientation, 6);
  JpegPictureDecoder decoder(320, 240);
  Frame out;
  ASSERT_TRUE(decoder.Decode(jpeg, out).ok());
  // Turned clockwise: what was the lower left corner is the upper left one.
  const PlaneView& cb = out.plane(1);  // grew to the right, grows downwards now
  const PlaneView& cr = out.plane(2);  // grew downwards, grows to the left now
  EXPECT_LT(cb.data[2 * cb.stride + 80], 60);
  EXPECT_GT(cb.data[117 * cb.stride + 80], 190);
  EXPECT_GT(cr.data[60 * cr.stride + 2], 190);
  EXPECT_LT(cr.data[60 * cr.stride + 157], 60);
}

TEST(JpegPictureDecoder, SaysTruncated) {
  const std::string whole = Jpeg(Smooth(640, 480, Chroma::k420));
  JpegPictureDecoder decoder(640, 480);
  Frame out;
  const absl::Status cut = decoder.Decode(whole.substr(0, whole.size() / 2), out);
  EXPECT_TRUE(absl::IsInvalidArgument(cut));
  EXPECT_THAT(std::string(cut.message()), HasSubstr("truncated"));
  // Cut, but with an end: only decoding shows it.
  const absl::Status mended = decoder.Decode(whole.substr(0, whole.size() / 2) + "\xFF\xD9", out);
  EXPECT_TRUE(absl::IsInvalidArgument(mended)) << mended;
  EXPECT_TRUE(decoder.Decode(whole, out).ok());  // and goes on
}

TEST(JpegPictureDecoder, RefusesDamageWithoutACrash) {
  const std::string whole = Jpeg(Smooth(320, 240, Chroma::k420));
  JpegPictureDecoder decoder(320, 240);
  Frame out;
  uint32_t random = 1;
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    for (int n = 0; n < 8; ++n) {
      random = random * 1664525u + 1013904223u;
      damaged[(random >> 8) % damaged.size()] = static_cast<char>(random >> 24);
    }
    const absl::Status status = decoder.Decode(damaged, out);
    EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
  }
  EXPECT_TRUE(decoder.Decode(whole, out).ok());
}

std::string File(const std::string& name) {
  std::ifstream in("tests/testdata/jpeg/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(JpegPictureDecoder, TakesUnusualKinds) {
  for (const char* name : {"rgb.jpg", "cmyk.jpg", "sampling_3x1.jpg", "restart.jpg"}) {
    for (const int width : {64, 32, 128}) {
      JpegPictureDecoder decoder(width, width * 3 / 4);
      Frame out;
      const absl::Status decoded = decoder.Decode(File(name), out);
      ASSERT_TRUE(decoded.ok()) << name << ": " << decoded;
      const int row = width / 4, left = width / 8, right = width * 3 / 8;  // of chroma
      const PlaneView &y = out.plane(0), &cb = out.plane(1), &cr = out.plane(2);
      EXPECT_NEAR(y.data[row * y.stride + 2 * left], 81, 12) << name;  // red
      EXPECT_NEAR(cr.data[row * cr.stride + left], 240, 12) << name;
      EXPECT_NEAR(y.data[row * y.stride + 2 * right], 41, 12) << name;  // blue
      EXPECT_NEAR(cb.data[row * cb.stride + right], 240, 12) << name;
    }
  }
}

TEST(JpegPictureDecoder, RefusesArithmeticCoding) {
  JpegPictureDecoder decoder(64, 48);
  Frame out;
  EXPECT_THAT(std::string(decoder.Decode(File("arithmetic.jpg"), out).message()),
              HasSubstr("arithmetic"));
}

}  // namespace
}  // namespace relayfleet::av
