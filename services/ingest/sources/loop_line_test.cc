// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/loop_line.h"

#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::ingest {
namespace {

using media::Codec;

const std::vector<media::Track> kTracks = {
    {.id = 0, .codec = Codec::kH264, .fps = 25},
    {.id = 1, .codec = Codec::kAac, .clock_rate = 44100},
};

class LoopLineTest : public ::testing::Test {
 protected:
  // The placed dts, and pts as far as it is from that.
  std::optional<int64_t> Place(uint32_t track, int64_t dts, int64_t duration = 0) {
    media::Packet packet;
    packet.track = track;
    packet.dts = dts;
    packet.pts = dts + 7200;
    due_ = line_.Place(duration, &packet);
    if (!due_.has_value()) return std::nullopt;
    EXPECT_EQ(packet.pts, packet.dts + 7200);
    return packet.dts;
  }

  LoopLine line_{kTracks};
  std::optional<absl::Duration> due_;
};

TEST_F(LoopLineTest, ThePassesFollowOneFrameAfterTheOther) {
  // Negative first dts, as of B-frames.
  EXPECT_EQ(Place(0, -7200), -7200);
  EXPECT_EQ(Place(0, -3600), -3600);
  EXPECT_EQ(Place(0, 0), 0);
  for (int pass = 1; pass < 100; ++pass) {
    line_.Wrap();
    const int64_t shift = 10800 * pass;
    EXPECT_EQ(Place(0, -7200), -7200 + shift);
    EXPECT_EQ(Place(0, -3600), -3600 + shift);
    EXPECT_EQ(Place(0, 0), shift);
  }
}

TEST_F(LoopLineTest, AudioMovesWithTheVideoAndIsCutWhereItIsLonger) {
  Place(0, 0, 3600);
  EXPECT_EQ(Place(1, 0), 0);
  EXPECT_EQ(Place(1, 1024), 1024);
  EXPECT_EQ(Place(1, 2048), 2048);  // the video is 1764 long
  line_.Wrap();
  EXPECT_EQ(Place(0, 0), 3600);
  EXPECT_EQ(Place(1, 0), std::nullopt);
  EXPECT_EQ(Place(1, 1024), 1764 + 1024);
}

TEST_F(LoopLineTest, PacketsAreDueInRealTimeFromTheFirst) {
  Place(0, 900000);
  EXPECT_EQ(due_, absl::ZeroDuration());
  Place(1, 441000 + 4410);
  EXPECT_EQ(due_, absl::Milliseconds(100));
  Place(0, 900000 + 3600);
  EXPECT_EQ(due_, absl::Milliseconds(40));
  line_.Wrap();
  Place(0, 900000);
  EXPECT_EQ(due_, absl::Milliseconds(80));
}

TEST_F(LoopLineTest, AJumpOfTheRecordingsTimeIsNotWaitedFor) {
  Place(0, 0);
  Place(0, 90000LL * 86400);
  EXPECT_EQ(due_, absl::ZeroDuration());
  Place(0, 90000LL * 86400 + 90000);
  EXPECT_EQ(due_, absl::Seconds(1));
  Place(0, 0);
  EXPECT_EQ(due_, absl::Seconds(1));
}

}  // namespace
}  // namespace relayfleet::ingest
