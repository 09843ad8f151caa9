// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/rtcp.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/time/time.h"

namespace relayfleet::rtp {
namespace {

TEST(Rtcp, SenderReportIsAsInTheStandard) {
  std::string out;
  AppendSenderReport({.ssrc = 0x01020304,
                      .wall = absl::FromUnixSeconds(0) + absl::Milliseconds(500),
                      .rtp_time = 0xa0b0c0d0,
                      .packets = 5,
                      .octets = 6},
                     "ab", &out);
  EXPECT_EQ(absl::BytesToHexString(out),
            "80c8000601020304"          // SR, 7 words, SSRC
            "83aa7e8080000000a0b0c0d0"  // NTP, RTP
            "0000000500000006"
            "81ca000301020304"  // SDES, 4 words
            "0102616200000000");
}

TEST(Rtcp, CompoundIsWholeWordsForEachNameLength) {
  for (size_t size = 0; size < 9; ++size) {
    std::string out;
    AppendEmptyReceiverReport(1, std::string(size, 'x'), &out);
    EXPECT_EQ(out.size() % 4, 0u);
    EXPECT_EQ(out.back(), '\0');  // ends the list of items
    EXPECT_TRUE(ParseSenderReports(out).ok());
  }
}

TEST(Rtcp, SenderReportReadsBack) {
  const absl::Time wall = absl::FromUnixNanos(1767225600123456789);
  std::string out;
  AppendEmptyReceiverReport(9, "x", &out);
  AppendSenderReport({.ssrc = 7, .wall = wall, .rtp_time = 8, .packets = 9, .octets = 10}, "cn",
                     &out);
  const absl::StatusOr<std::vector<SenderReport>> reports = ParseSenderReports(out);
  ASSERT_TRUE(reports.ok());
  ASSERT_EQ(reports->size(), 1u);
  EXPECT_LE(std::abs(absl::ToInt64Nanoseconds((*reports)[0].wall - wall)), 1);
  EXPECT_EQ((*reports)[0].ssrc, 7u);
  EXPECT_EQ((*reports)[0].rtp_time, 8u);
  EXPECT_EQ((*reports)[0].packets, 9u);
  EXPECT_EQ((*reports)[0].octets, 10u);
}

TEST(Rtcp, NtpGoesOnInTheNextEra) {
  const absl::Time wall = absl::FromUnixSeconds(2524608000);  // 2050
  EXPECT_EQ(FromNtp(ToNtp(wall)), wall);
}

TEST(Rtcp, RefusesShortAndForeignPackets) {
  std::string out;
  AppendSenderReport({}, "name", &out);
  for (size_t size = 1; size < out.size(); ++size) {
    if (size == 28) continue;  // exactly the sender report
    EXPECT_FALSE(ParseSenderReports(out.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(ParseSenderReports(absl::HexStringToBytes("80c8000100000001")).ok());
  EXPECT_FALSE(ParseSenderReports(absl::HexStringToBytes("00c80000")).ok());
}

TEST(Rtcp, ReceiverReportSaysWhatWasReceived) {
  std::string bytes;
  AppendReceiverReport(0x01020304,
                       {{.ssrc = 0x11121314,
                         .fraction_lost = 0x40,
                         .lost = -2,
                         .highest = 0x00010002,
                         .jitter = 7,
                         .last_report = 0x21222324,
                         .since_report = 0x00010000}},
                       "c", &bytes);
  EXPECT_EQ(absl::BytesToHexString(bytes),
            "81c9000701020304"
            "1112131440fffffe000100020000000721222324"
            "00010000"
            "81ca00020102030401016300");
}

TEST(Rtcp, PictureLossFollowsAReport) {
  std::string bytes;
  AppendPictureLoss(0x01020304, 0x11121314, "c", &bytes);
  EXPECT_EQ(absl::BytesToHexString(bytes),
            "80c9000101020304"
            "81ca00020102030401016300"
            "81ce00020102030411121314");
}

}  // namespace
}  // namespace relayfleet::rtp
