// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/jpeg_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "libs/media/jpeg_header.h"
#include "libs/rtp/testing/feed.h"

namespace relayfleet::rtp {
namespace {

using testing::Feed;
using ::testing::IsEmpty;

constexpr absl::string_view kEnd("\xff\xd9", 2);

// The header of a packet of a 640x480 picture.
std::string Header(uint32_t offset, uint8_t type, uint8_t quality) {
  return {0,
          static_cast<char>(offset >> 16),
          static_cast<char>(offset >> 8),
          static_cast<char>(offset),
          static_cast<char>(type),
          static_cast<char>(quality),
          80,
          60};
}

std::string TablesOf(uint8_t precision, const std::string& bytes) {
  return std::string{0, static_cast<char>(precision), static_cast<char>(bytes.size() >> 8),
                     static_cast<char>(bytes.size())} +
         bytes;
}

class JpegDepacketizerTest : public ::testing::Test {
 protected:
  // The picture that one packet makes; empty: none.
  std::string Picture(const std::string& payload) {
    ++sequence_;
    const auto units = feed_.PushBytes(sequence_, sequence_ * 3000, true, payload);
    return units.empty() ? "" : units[0].bytes;
  }

  JpegDepacketizer depacketizer_{{.max_picture = 2000}};
  Feed feed_{&depacketizer_};
  uint16_t sequence_ = 0;
};

TEST_F(JpegDepacketizerTest, WritesAHeaderThatDecodersKnow) {
  const struct {
    uint8_t type;
    media::JpegSubsampling subsampling;
  } kinds[] = {{0, media::JpegSubsampling::k422}, {1, media::JpegSubsampling::k420}};
  for (const auto& kind : kinds) {
    const std::string jpeg = Picture(Header(0, kind.type, 50) + "scan");
    const auto header = media::ParseJpegHeader(jpeg);
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->width, 640);
    EXPECT_EQ(header->height, 480);
    EXPECT_EQ(header->components, 3);
    EXPECT_EQ(header->subsampling, kind.subsampling);
    EXPECT_TRUE(header->has_dht);
    EXPECT_TRUE(absl::EndsWith(jpeg, absl::StrCat("scan", kEnd)));
  }
}

TEST_F(JpegDepacketizerTest, ScalesTheTablesByQuality) {
  // Quality 50 is the standard's own table, in zigzag order.
  EXPECT_EQ(absl::BytesToHexString(TablesOfQuality(50).luma).substr(0, 16), "100b0c0e0c0a100e");
  EXPECT_EQ(absl::BytesToHexString(TablesOfQuality(50).chroma).substr(0, 12), "111212181518");
  EXPECT_EQ(TablesOfQuality(99).luma.substr(0, 2), std::string(2, '\0').replace(0, 2, "\1\1"));
  EXPECT_EQ(static_cast<uint8_t>(TablesOfQuality(1).luma[0]), 255);
}

TEST_F(JpegDepacketizerTest, PutsFragmentsTogetherAndKeepsAnEndThatIsThere) {
  EXPECT_THAT(feed_.PushBytes(1, 9, false, Header(0, 1, 80) + "abcd"), IsEmpty());
  EXPECT_THAT(feed_.PushBytes(2, 9, false, Header(4, 1, 80) + "ef"), IsEmpty());
  const auto units = feed_.PushBytes(3, 9, true, Header(6, 1, 80) + "gh" + std::string(kEnd));
  ASSERT_EQ(units.size(), 1u);
  EXPECT_TRUE(units[0].key);
  EXPECT_TRUE(absl::EndsWith(units[0].bytes, absl::StrCat("abcdefgh", kEnd)));
  EXPECT_FALSE(absl::EndsWith(units[0].bytes, absl::StrCat(kEnd, kEnd)));
}

TEST_F(JpegDepacketizerTest, WritesTheRestartInterval) {
  const std::string jpeg = Picture(Header(0, 65, 50) + std::string("\x00\x28\xff\xff", 4) + "scan");
  EXPECT_TRUE(absl::StrContains(jpeg, absl::string_view("\xff\xdd\x00\x04\x00\x28", 6)));
  EXPECT_TRUE(absl::EndsWith(jpeg, absl::StrCat("\x3f", absl::string_view("\0", 1), "scan", kEnd)));
}

TEST_F(JpegDepacketizerTest, TakesTablesInBandAndRemembersThem) {
  const std::string tables = std::string(64, 'L') + std::string(64, 'C');
  const std::string first = Picture(Header(0, 1, 200) + TablesOf(0, tables) + "scan");
  EXPECT_TRUE(
      absl::StrContains(first, absl::StrCat(absl::string_view("\0", 1), std::string(64, 'L'))));
  EXPECT_TRUE(absl::StrContains(first, absl::StrCat("\x01", std::string(64, 'C'))));
  EXPECT_EQ(Picture(Header(0, 1, 200) + TablesOf(0, "") + "scan"), first);
  EXPECT_EQ(Picture(Header(0, 1, 201) + TablesOf(0, "") + "scan"), "");
}

TEST_F(JpegDepacketizerTest, Quality255BringsItsTablesEachTime) {
  EXPECT_NE(Picture(Header(0, 1, 255) + TablesOf(0, std::string(128, 'Q')) + "scan"), "");
  EXPECT_EQ(Picture(Header(0, 1, 255) + TablesOf(0, "") + "scan"), "");
}

TEST_F(JpegDepacketizerTest, TakesOneTableForBothAndTablesOf16Bits) {
  const std::string one = Picture(Header(0, 1, 255) + TablesOf(0, std::string(64, 'Q')) + "scan");
  EXPECT_TRUE(absl::StrContains(one, absl::StrCat("\x01", std::string(64, 'Q'))));
  const std::string wide = Picture(Header(0, 1, 255) + TablesOf(3, std::string(256, 'W')) + "scan");
  EXPECT_TRUE(absl::StrContains(wide, absl::StrCat("\x11", std::string(128, 'W'))));
}

TEST_F(JpegDepacketizerTest, LargePicturesHaveTheirSizeFromTheDescription) {
  std::string header = Header(0, 1, 50);
  header[6] = header[7] = 0;
  EXPECT_EQ(Picture(header + "scan"), "");
  JpegDepacketizer depacketizer({.width = 2592, .height = 1944});
  Feed feed(&depacketizer);
  const auto units = feed.PushBytes(1, 0, true, header + "scan");
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(media::ParseJpegHeader(units[0].bytes)->width, 2592);
}

TEST_F(JpegDepacketizerTest, DropsWhatIsMissingOrMalformed) {
  feed_.PushBytes(1, 9, false, Header(0, 1, 80) + "abcd");
  EXPECT_THAT(feed_.PushBytes(3, 9, true, Header(6, 1, 80) + "gh"), IsEmpty());
  sequence_ = 3;
  for (const std::string& payload :
       {std::string(), Header(0, 1, 50).substr(0, 7), Header(0, 2, 50) + "scan",
        Header(0, 130, 50) + "scan", Header(0, 1, 0) + "scan", Header(0, 1, 100) + "scan",
        Header(4, 1, 50) + "scan", Header(0, 64, 50) + "abc", Header(0, 1, 255) + "abc",
        Header(0, 1, 255) + TablesOf(0, std::string(65, 'Q')) + "scan",
        Header(0, 1, 50) + std::string(2000, 'x')}) {
    EXPECT_EQ(Picture(payload), "") << absl::BytesToHexString(payload.substr(0, 12));
  }
  EXPECT_NE(Picture(Header(0, 1, 50) + "scan"), "");
}

TEST_F(JpegDepacketizerTest, ASecondBeginningOfOnePictureIsDamage) {
  feed_.PushBytes(1, 9, false, Header(0, 1, 80) + "abcd");
  EXPECT_THAT(feed_.PushBytes(2, 9, true, Header(0, 1, 80) + "abcd"), IsEmpty());
}

}  // namespace
}  // namespace relayfleet::rtp
