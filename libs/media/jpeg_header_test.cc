// SPDX-License-Identifier: Apache-2.0

#include "libs/media/jpeg_header.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::media {
namespace {

using ::testing::HasSubstr;

std::string Bytes(std::initializer_list<int> bytes) {
  std::string out;
  for (const int byte : bytes) out.push_back(static_cast<char>(byte));
  return out;
}

std::string Segment(int marker, const std::string& body) {
  const int length = static_cast<int>(body.size()) + 2;
  return absl::StrCat(Bytes({0xFF, marker, length >> 8, length & 255}), body);
}

// A frame header; `luma` and `chroma` are sampling factors as in the file (0x22: 2x2).
std::string Sof(int marker, int width, int height, int luma = 0x22, int chroma = 0x11,
                int components = 3, int bits = 8) {
  std::string body = Bytes({bits, height >> 8, height & 255, width >> 8, width & 255, components});
  for (int i = 0; i < components; ++i) body += Bytes({i + 1, i == 0 ? luma : chroma, 0});
  return Segment(marker, body);
}

const std::string& Soi() {
  static const auto& soi = *new std::string(Bytes({0xFF, 0xD8}));
  return soi;
}
std::string Dht() { return Segment(0xC4, std::string(28, '\1')); }
std::string Scan() {
  return Segment(0xDA, Bytes({1, 1, 0, 0, 63, 0})) + Bytes({1, 2, 0xFF, 0x00, 3}) +
         Bytes({0xFF, 0xD9});
}

std::string Exif(bool little, int orientation) {
  const std::string tiff = little ? Bytes({'I', 'I', 42, 0, 8, 0, 0, 0,           1, 0, 0x12,
                                           1,   3,   0,  1, 0, 0, 0, orientation, 0, 0, 0})
                                  : Bytes({'M',  'M', 0, 42, 0, 0, 0, 8, 0,           1, 1,
                                           0x12, 0,   3, 0,  0, 0, 1, 0, orientation, 0, 0});
  return Segment(0xE1, std::string("Exif\0\0", 6) + tiff);
}

std::string ErrorOf(const std::string& jpeg) {
  return std::string(ParseJpegHeader(jpeg).status().message());
}

TEST(JpegHeader, TellsSizeTablesAndLength) {
  const std::string jpeg = Soi() + Dht() + Sof(0xC0, 1280, 720) + Scan();
  const auto header = ParseJpegHeader(jpeg);
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->width, 1280);
  EXPECT_EQ(header->height, 720);
  EXPECT_EQ(header->components, 3);
  EXPECT_EQ(header->coding, JpegCoding::kBaseline);
  EXPECT_EQ(header->subsampling, JpegSubsampling::k420);
  EXPECT_TRUE(header->has_dht);
  EXPECT_EQ(header->orientation, 1);
  EXPECT_EQ(header->length, jpeg.size());
}

TEST(JpegHeader, AcceptsBytesAfterTheEnd) {
  const std::string jpeg = Soi() + Sof(0xC0, 16, 16) + Scan();
  const auto header = ParseJpegHeader(jpeg + std::string(500, '\0'));
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->length, jpeg.size());
}

TEST(JpegHeader, KnowsSubsamplings) {
  const auto subsampling = [](int luma, int chroma, int components = 3) {
    return ParseJpegHeader(Soi() + Sof(0xC0, 64, 64, luma, chroma, components) + Scan())
        ->subsampling;
  };
  EXPECT_EQ(subsampling(0x11, 0x11), JpegSubsampling::k444);
  EXPECT_EQ(subsampling(0x22, 0x22), JpegSubsampling::k444);
  EXPECT_EQ(subsampling(0x21, 0x11), JpegSubsampling::k422);
  EXPECT_EQ(subsampling(0x12, 0x11), JpegSubsampling::k440);
  EXPECT_EQ(subsampling(0x41, 0x11), JpegSubsampling::k411);
  EXPECT_EQ(subsampling(0x11, 0x11, 1), JpegSubsampling::kGrey);
  EXPECT_EQ(subsampling(0x11, 0x22), JpegSubsampling::kOther);
  EXPECT_EQ(subsampling(0x11, 0x11, 4), JpegSubsampling::kOther);
}

TEST(JpegHeader, KnowsCodings) {
  EXPECT_EQ(ParseJpegHeader(Soi() + Sof(0xC1, 8, 8) + Scan())->coding, JpegCoding::kExtended);
  EXPECT_EQ(ParseJpegHeader(Soi() + Sof(0xC2, 8, 8) + Scan())->coding, JpegCoding::kProgressive);
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC3, 8, 8) + Scan()), HasSubstr("lossless"));
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC5, 8, 8) + Scan()), HasSubstr("hierarchical"));
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC9, 8, 8) + Scan()), HasSubstr("arithmetic"));
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC1, 8, 8, 0x22, 0x11, 3, 12) + Scan()), HasSubstr("12 bits"));
}

TEST(JpegHeader, ReadsOrientationInBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool little : {false, true}) {
      const auto header =
          ParseJpegHeader(Soi() + Exif(little, orientation) + Sof(0xC0, 8, 8) + Scan());
      ASSERT_TRUE(header.ok());
      EXPECT_EQ(header->orientation, orientation);
    }
  }
  EXPECT_EQ(ParseJpegHeader(Soi() + Exif(true, 9) + Sof(0xC0, 8, 8) + Scan())->orientation, 1);
}

TEST(JpegHeader, PassesOverFillBytesAndStrayBytes) {
  const std::string jpeg = Soi() + Bytes({0xFF, 0xFF}) + Dht() + Bytes({7, 7}) + Sof(0xC0, 16, 8) +
                           Bytes({0xFF, 0x01}) + Scan();
  const auto header = ParseJpegHeader(jpeg);
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->width, 16);
}

TEST(JpegHeader, RefusesWhatIsNoWholeJpeg) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("\x89PNG\r\n"), HasSubstr("not a JPEG"));
  EXPECT_THAT(ErrorOf(Soi()), HasSubstr("truncated"));
  EXPECT_THAT(ErrorOf(Soi() + Bytes({0xFF, 0xD9})), HasSubstr("no picture data"));
  EXPECT_THAT(ErrorOf(Soi() + Scan()), HasSubstr("without a frame header"));
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC0, 0, 8) + Scan()), HasSubstr("no size"));
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC0, 8, 0) + Scan()), HasSubstr("no size"));
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC0, 8, 8) + Sof(0xC0, 8, 8) + Scan()),
              HasSubstr("more than one"));
}

TEST(JpegHeader, RefusesABomb) {
  EXPECT_THAT(ErrorOf(Soi() + Sof(0xC0, 65500, 65500) + Scan()), HasSubstr("36 megapixels"));
  EXPECT_TRUE(ParseJpegHeader(Soi() + Sof(0xC0, 6000, 6000) + Scan()).ok());
  EXPECT_FALSE(ParseJpegHeader(Soi() + Sof(0xC0, 6001, 6000) + Scan()).ok());
}

TEST(JpegHeader, RefusesEveryPrefix) {
  const std::string jpeg = Soi() + Exif(false, 6) + Dht() + Sof(0xC0, 1280, 720) + Scan();
  for (size_t size = 0; size < jpeg.size(); ++size) {
    EXPECT_FALSE(ParseJpegHeader(jpeg.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace relayfleet::media
