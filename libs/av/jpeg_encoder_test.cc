// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_encoder.h"

#include "gtest/gtest.h"
#include "libs/av/jpeg_decoder.h"
#include "libs/av/range.h"
#include "libs/av/test_pattern.h"
#include "libs/av/testing/h264_decoder.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {
namespace {

TEST(JpegEncoder, MakesJpegsThatDecodeToThePicture) {
  Frame picture;
  TestPattern({.width = 640, .height = 360}).Draw(1, absl::UnixEpoch(), picture);
  JpegEncoder encoder({.quality = 95});
  JpegDecoder decoder;
  for (int i = 0; i < 3; ++i) {
    const auto jpeg = encoder.Encode(picture);
    ASSERT_TRUE(jpeg.ok()) << jpeg.status();
    const auto header = media::ParseJpegHeader(*jpeg);
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->width, 640);
    EXPECT_EQ(header->length, jpeg->size());
    Frame decoded;
    ASSERT_TRUE(decoder.Decode(*jpeg, *header, 640, 360, decoded).ok());
    EXPECT_GT(testing::LumaPsnr(picture, decoded), 35);
  }
}

TEST(JpegEncoder, ConvertsLimitedRange) {
  Frame full, limited, decoded;
  TestPattern({.width = 320, .height = 240}).Draw(1, absl::UnixEpoch(), full);
  FullToLimited(full, limited);
  const auto jpeg = JpegEncoder({.quality = 95}).Encode(limited);
  ASSERT_TRUE(jpeg.ok());
  ASSERT_TRUE(JpegDecoder().Decode(*jpeg, *media::ParseJpegHeader(*jpeg), 320, 240, decoded).ok());
  EXPECT_GT(testing::LumaPsnr(full, decoded), 35);
}

TEST(JpegEncoder, MakesProgressiveOnes) {
  Frame picture;
  TestPattern({.width = 320, .height = 240}).Draw(1, absl::UnixEpoch(), picture);
  const auto jpeg = JpegEncoder({.progressive = true}).Encode(picture);
  ASSERT_TRUE(jpeg.ok());
  EXPECT_EQ(media::ParseJpegHeader(*jpeg)->coding, media::JpegCoding::kProgressive);
}

TEST(JpegEncoder, RefusesNothing) { EXPECT_FALSE(JpegEncoder({}).Encode(Frame()).ok()); }

}  // namespace
}  // namespace relayfleet::av
