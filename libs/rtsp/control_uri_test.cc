// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/control_uri.h"

#include <gtest/gtest.h>

#include "absl/status/statusor.h"

namespace relayfleet::rtsp {
namespace {

TEST(ControlUri, IsRelativeAbsoluteOrTheBase) {
  EXPECT_EQ(ControlUri("rtsp://h/p", "trackID=0").value(), "rtsp://h/p/trackID=0");
  EXPECT_EQ(ControlUri("rtsp://h/p/", "trackID=0").value(), "rtsp://h/p/trackID=0");
  EXPECT_EQ(ControlUri("rtsp://h/p/", "/trackID=0").value(), "rtsp://h/p/trackID=0");
  EXPECT_EQ(ControlUri("rtsp://h/p", "/trackID=0").value(), "rtsp://h/p/trackID=0");
  EXPECT_EQ(ControlUri("rtsp://h/p", "?track=0").value(), "rtsp://h/p?track=0");
  EXPECT_EQ(ControlUri("rtsp://h/p", "rtsp://h/q").value(), "rtsp://h/q");
  EXPECT_EQ(ControlUri("rtsps://h/p", "rtsps://h/q?a=b").value(), "rtsps://h/q?a=b");
  EXPECT_EQ(ControlUri("rtsp://h/p", "*").value(), "rtsp://h/p");
  EXPECT_EQ(ControlUri("rtsp://h/p", "").value(), "rtsp://h/p");
}

TEST(ControlUri, GoesBehindTheQueryAsServersExpect) {
  EXPECT_EQ(ControlUri("rtsp://h/cam?channel=1&subtype=0", "trackID=0").value(),
            "rtsp://h/cam?channel=1&subtype=0/trackID=0");
}

TEST(ControlUri, RefusesWhatBreaksTheRequestLine) {
  EXPECT_FALSE(ControlUri("rtsp://h/p", "x RTSP/1.0").ok());
  EXPECT_FALSE(ControlUri("rtsp://h/p", "x\r\nA: b").ok());
  EXPECT_FALSE(ControlUri("rtsp://h/ p", "x").ok());
}

TEST(BaseUri, IsContentBaseElseContentLocationElseTheRequest) {
  EXPECT_EQ(BaseUri("rtsp://h/p", "rtsp://h/b/", "rtsp://h/l"), "rtsp://h/b/");
  EXPECT_EQ(BaseUri("rtsp://h/p", "", "rtsp://h/l"), "rtsp://h/l");
  EXPECT_EQ(BaseUri("rtsp://h/p", "", ""), "rtsp://h/p");
}

TEST(BaseUri, MayNameAnotherHostOrOnlyAPath) {
  EXPECT_EQ(BaseUri("rtsp://h/p", "rtsp://192.168.0.9/p/", ""), "rtsp://192.168.0.9/p/");
  EXPECT_EQ(BaseUri("rtsp://h:554/p?q=1", "/media/", ""), "rtsp://h:554/media/");
  EXPECT_EQ(BaseUri("rtsp://[fd00::1]/p", "/media/", ""), "rtsp://[fd00::1]/media/");
}

TEST(BaseUri, IsTheRequestWhereTheServersIsNone) {
  EXPECT_EQ(BaseUri("rtsp://h/p", "http://h/b/", ""), "rtsp://h/p");
  EXPECT_EQ(BaseUri("rtsp://h/p", "rtsp://h/ b", ""), "rtsp://h/p");
  EXPECT_EQ(BaseUri("rtsp://h/p", "stream", ""), "rtsp://h/p");
}

}  // namespace
}  // namespace relayfleet::rtsp
