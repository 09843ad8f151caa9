// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/line_sync.h"

#include <gtest/gtest.h>

namespace relayfleet::rtsp {
namespace {

constexpr int64_t kVideo = 90000;
constexpr int64_t kAudio = 8000;
const absl::Time kWall = absl::FromUnixSeconds(1767225600);
const absl::Duration kArrival = absl::Seconds(100);

LineSync::Unit Video(int64_t ticks, absl::Duration arrival) {
  return {.track = 0, .ticks = ticks, .clock_rate = kVideo, .arrival = kArrival + arrival};
}
LineSync::Unit Audio(int64_t ticks, absl::Duration arrival) {
  return {.track = 1, .ticks = ticks, .clock_rate = kAudio, .arrival = kArrival + arrival};
}
LineSync::Unit Reported(LineSync::Unit unit, absl::Duration wall) {
  unit.sender_wall = kWall + wall;
  return unit;
}

TEST(LineSync, WhatArrivesTogetherIsSimultaneousWithoutReports) {
  LineSync sync;
  EXPECT_EQ(sync.Place(Video(0, absl::ZeroDuration())), 0);
  EXPECT_EQ(sync.Place(Video(9000, absl::Milliseconds(100))), 9000);
  EXPECT_EQ(sync.Place(Audio(0, absl::Milliseconds(100))), 800);
  // Jitter of what comes later does not move it.
  EXPECT_EQ(sync.Place(Audio(160, absl::Milliseconds(500))), 960);
}

TEST(LineSync, WhatComesFirstIsTheReference) {
  LineSync sync;
  EXPECT_EQ(sync.Place(Audio(0, absl::ZeroDuration())), 0);
  EXPECT_EQ(sync.Place(Video(0, absl::Milliseconds(50))), 4500);
}

TEST(LineSync, ReportsMoveTheOtherTrack) {
  LineSync sync;
  sync.Place(Reported(Video(0, absl::ZeroDuration()), absl::ZeroDuration()));
  // It came with the picture, but was recorded 300 ms later.
  EXPECT_EQ(sync.Place(Reported(Audio(0, absl::ZeroDuration()), absl::Milliseconds(300))), 2400);
}

TEST(LineSync, SmallDifferencesStay) {
  LineSync sync;
  sync.Place(Reported(Video(0, absl::ZeroDuration()), absl::ZeroDuration()));
  EXPECT_EQ(sync.Place(Reported(Audio(0, absl::ZeroDuration()), absl::Milliseconds(15))), 0);
}

TEST(LineSync, ReportsOfAnotherClockAreNotBelieved) {
  LineSync sync;
  sync.Place(Reported(Video(0, absl::ZeroDuration()), absl::ZeroDuration()));
  EXPECT_EQ(sync.Place(Reported(Audio(0, absl::ZeroDuration()), absl::Hours(1))), 0);
}

TEST(LineSync, WhatIsMovedBackStaysInOrder) {
  LineSync sync;
  sync.Place(Video(0, absl::ZeroDuration()));
  EXPECT_EQ(sync.Place(Audio(0, absl::Milliseconds(500))), 4000);
  sync.Place(Reported(Video(45000, absl::Milliseconds(500)), absl::Milliseconds(500)));
  EXPECT_EQ(sync.Place(Reported(Audio(160, absl::Milliseconds(520)), absl::Milliseconds(420))),
            4001);
  EXPECT_EQ(sync.Place(Reported(Audio(1600, absl::Milliseconds(700)), absl::Milliseconds(600))),
            4800);
}

}  // namespace
}  // namespace relayfleet::rtsp
