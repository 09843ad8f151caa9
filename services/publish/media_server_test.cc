// SPDX-License-Identifier: Apache-2.0

#include "services/publish/media_server.h"

#include <gtest/gtest.h>

namespace relayfleet::publish {
namespace {

TEST(MediaServer, IsReadFromUrlOrHostAndPort) {
  EXPECT_EQ(ParseMediaServer("rtsp://mtx:8555")->Name(), "rtsp://mtx:8555");
  EXPECT_EQ(ParseMediaServer("rtsp://mtx/")->Name(), "rtsp://mtx:8554");
  EXPECT_EQ(ParseMediaServer("localhost:8555")->Name(), "rtsp://localhost:8555");
  EXPECT_EQ(ParseMediaServer("10.0.0.1")->Name(), "rtsp://10.0.0.1:8554");
  EXPECT_EQ(ParseMediaServer("rtsp://[fd00::1]")->Name(), "rtsp://[fd00::1]:8554");
}

TEST(MediaServer, NeverShowsCredentials) {
  const auto server = ParseMediaServer("rtsp://robot:s3cret@mtx");
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ(server->url.password(), "s3cret");
  EXPECT_EQ(server->ReaderUrl("a/b"), "rtsp://mtx:8554/a/b");
  const auto bad = ParseMediaServer("http://robot:s3cret@mtx").status();
  EXPECT_EQ(std::string(bad.message()).find("s3cret"), std::string::npos);
}

TEST(MediaServer, RefusesWhatIsNone) {
  for (const char* bad : {"", "http://mtx", "rtsps://mtx", "rtsp://mtx/prefix", "rtsp://mtx?a=b",
                          "rtsp://", "mtx:0x1", "mtx:70000"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseMediaServer(bad).status())) << bad;
  }
}

}  // namespace
}  // namespace relayfleet::publish
