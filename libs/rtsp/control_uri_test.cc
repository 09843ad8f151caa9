// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/control_uri.h"

#include <gtest/gtest.h>

#include "absl/status/statusor.h"

namespace relayfleet::rtsp {
namespace {

TEST(ControlUri, IsRelativeAbsoluteOrTheBase) {
  EXPECT_EQ(ControlUri("rtsp://h/p", "trackID=0").value(), "rtsp://h/p/trackID=0");
  EXPECT_EQ(ControlUri("rtsp://h/p/", "trackID=0").value(), "rtsp://h/p/trackID=0");
  EXPECT_EQ(ControlUri("rtsp://h/p", "rtsp://h/q").value(), "rtsp://h/q");
  EXPECT_EQ(ControlUri("rtsp://h/p", "*").value(), "rtsp://h/p");
  EXPECT_EQ(ControlUri("rtsp://h/p", "").value(), "rtsp://h/p");
}

TEST(ControlUri, RefusesWhatBreaksTheRequestLine) {
  EXPECT_FALSE(ControlUri("rtsp://h/p", "x RTSP/1.0").ok());
  EXPECT_FALSE(ControlUri("rtsp://h/p", "x\r\nA: b").ok());
  EXPECT_FALSE(ControlUri("rtsp://h/ p", "x").ok());
}

}  // namespace
}  // namespace relayfleet::rtsp
