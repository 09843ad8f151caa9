// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relayfleet::standalone {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Places All(std::string listen) {
  return {.listen = std::move(listen),
          .robot_relay_port = 5020,
          .rest_port = 8600,
          .grpc_port = 50050,
          .rtsp_url = "rtsp://127.0.0.1:8554/KEY",
          .webrtc_port = 8889,
          .hls_port = 8888,
          .names = {"robohost", "10.0.0.5"}};
}

TEST(Summary, OneLineEach) {
  EXPECT_EQ(Summary(All("127.0.0.1")),
            "relayfleet is ready\n"
            "  robot relay API  http://127.0.0.1:5020\n"
            "  native REST      http://127.0.0.1:8600/v1/relays\n"
            "  gRPC             127.0.0.1:50050\n"
            "  RTSP             rtsp://127.0.0.1:8554/KEY\n"
            "  WebRTC           http://127.0.0.1:8889/KEY\n"
            "  HLS              http://127.0.0.1:8888/KEY\n");
}

TEST(Summary, EveryAddressIsLoopbackHereAndANameElsewhere) {
  for (const char* every : {"0.0.0.0", "::"}) {
    const std::string text = Summary(All(every));
    EXPECT_THAT(text, HasSubstr("http://127.0.0.1:5020\n"));
    EXPECT_THAT(text, HasSubstr("put robohost or 10.0.0.5 in place of 127.0.0.1\n"));
    EXPECT_THAT(text, Not(HasSubstr("0.0.0.0:")));
  }
}

TEST(Summary, Ipv6HasBrackets) {
  const std::string text = Summary(All("fd00::2"));
  EXPECT_THAT(text, HasSubstr("http://[fd00::2]:5020\n"));
  EXPECT_THAT(text, HasSubstr("gRPC             [fd00::2]:50050\n"));
  EXPECT_THAT(text, Not(HasSubstr("robohost")));
}

TEST(Summary, WhatIsNotServedIsLeftOut) {
  Places places = All("0.0.0.0");
  places.rest_port = places.webrtc_port = places.hls_port = 0;
  places.rtsp_url = "rtsp://media:8555/KEY";
  const std::string text = Summary(places);
  EXPECT_THAT(text, HasSubstr("rtsp://media:8555/KEY"));
  EXPECT_THAT(text, Not(HasSubstr("REST ")));
  EXPECT_THAT(text, Not(HasSubstr("WebRTC")));
  EXPECT_THAT(text, Not(HasSubstr("HLS")));
}

TEST(OwnNames, HasAtLeastTheHostName) { EXPECT_THAT(OwnNames(), Not(IsEmpty())); }

}  // namespace
}  // namespace relayfleet::standalone
