// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/reception.h"

#include <gtest/gtest.h>

namespace relayfleet::rtp {
namespace {

constexpr uint32_t kSsrc = 7;

class ReceptionTest : public ::testing::Test {
 protected:
  void Packet(uint16_t sequence, uint32_t timestamp, int ms) {
    reception_.OnPacket({.sequence = sequence, .timestamp = timestamp, .ssrc = kSsrc},
                        absl::Milliseconds(ms));
  }

  Reception reception_{90000};
};

TEST_F(ReceptionTest, CountsWhatIsMissingInAllAndSinceTheLastReport) {
  EXPECT_FALSE(reception_.begun());
  Packet(0xfffe, 0, 0);
  Packet(0xffff, 0, 0);
  Packet(1, 0, 0);
  Packet(2, 0, 0);
  EXPECT_TRUE(reception_.begun());
  ReportBlock block = reception_.Report(absl::ZeroDuration());
  EXPECT_EQ(block.ssrc, kSsrc);
  EXPECT_EQ(block.lost, 1);
  EXPECT_EQ(block.fraction_lost, 256 / 5);
  EXPECT_EQ(block.highest, 0x10002u);
  Packet(3, 0, 0);
  block = reception_.Report(absl::ZeroDuration());
  EXPECT_EQ(block.lost, 1);
  EXPECT_EQ(block.fraction_lost, 0);
}

TEST_F(ReceptionTest, WhatComesTwiceMakesLossNegative) {
  Packet(1, 0, 0);
  Packet(1, 0, 0);
  EXPECT_EQ(reception_.Report(absl::ZeroDuration()).lost, -1);
}

TEST_F(ReceptionTest, AnEvenStreamHasNoJitter) {
  for (int i = 0; i < 50; ++i)
    Packet(static_cast<uint16_t>(i), static_cast<uint32_t>(i) * 3600, i * 40);
  EXPECT_EQ(reception_.Report(absl::ZeroDuration()).jitter, 0u);
}

TEST_F(ReceptionTest, JitterIsTheMeanDifference) {
  // Each second one is 10 ms late: 900 ticks.
  for (int i = 0; i < 200; ++i) {
    Packet(static_cast<uint16_t>(i), static_cast<uint32_t>(i) * 3600, i * 40 + i % 2 * 10);
  }
  EXPECT_NEAR(reception_.Report(absl::ZeroDuration()).jitter, 900, 5);
}

TEST_F(ReceptionTest, SaysWhenTheLastSenderReportCame) {
  Packet(1, 0, 0);
  EXPECT_EQ(reception_.Report(absl::Seconds(1)).last_report, 0u);
  const absl::Time wall = FromNtp(0xe000000180000000);
  reception_.OnSenderReport({.ssrc = kSsrc + 1, .wall = wall}, absl::Seconds(1));
  EXPECT_EQ(reception_.Report(absl::Seconds(1)).last_report, 0u);
  reception_.OnSenderReport({.ssrc = kSsrc, .wall = wall}, absl::Seconds(1));
  const ReportBlock block = reception_.Report(absl::Seconds(3));
  EXPECT_EQ(block.last_report, 0x00018000u);
  EXPECT_EQ(block.since_report, 2u * 65536);
}

TEST_F(ReceptionTest, AnotherSenderBeginsAnew) {
  Packet(1, 0, 0);
  Packet(9, 0, 0);
  reception_.OnPacket({.sequence = 500, .ssrc = kSsrc + 1}, absl::ZeroDuration());
  const ReportBlock block = reception_.Report(absl::ZeroDuration());
  EXPECT_EQ(block.ssrc, kSsrc + 1);
  EXPECT_EQ(block.lost, 0);
}

}  // namespace
}  // namespace relayfleet::rtp
