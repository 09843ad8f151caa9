// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/transport_header.h"

#include <gtest/gtest.h>

namespace relayfleet::rtsp {
namespace {

TEST(TransportHeader, ReadsChannelsOfTcp) {
  const Transport transport =
      ParseTransport("RTP/AVP/TCP;unicast;interleaved=4-5;ssrc=0000ABCD").value();
  EXPECT_TRUE(transport.tcp);
  EXPECT_EQ(transport.interleaved, std::make_pair(uint8_t{4}, uint8_t{5}));
}

TEST(TransportHeader, ReadsPortsOfUdp) {
  const Transport transport =
      ParseTransport(
          "rtp/avp/udp;unicast; client_port=5000-5001 ;server_port=6000-6001;source=10.0.0.5")
          .value();
  EXPECT_FALSE(transport.tcp);
  EXPECT_EQ(transport.server_port, std::make_pair(uint16_t{6000}, uint16_t{6001}));
}

TEST(TransportHeader, OneNumberIsTheFirstOfTwo) {
  EXPECT_EQ(ParseTransport("RTP/AVP;server_port=6000")->server_port,
            std::make_pair(uint16_t{6000}, uint16_t{6001}));
}

TEST(TransportHeader, ChannelsMakeItTcpWhateverTheProtocolSays) {
  EXPECT_TRUE(ParseTransport("RTP/AVP;unicast;interleaved=0-1")->tcp);
}

TEST(TransportHeader, SkipsWhatItDoesNotKnow) {
  const Transport transport = ParseTransport("RTP/AVP;x;y=z;;ssrc=not-hex;mode=\"PLAY\"").value();
  EXPECT_EQ(transport.server_port, std::nullopt);
}

TEST(TransportHeader, SeesMulticast) {
  EXPECT_TRUE(ParseTransport("RTP/AVP;multicast;port=5000-5001;ttl=1")->multicast);
}

TEST(TransportHeader, RefusesWhatIsNoRtpOrOutOfRange) {
  for (const char* bad :
       {"", "RAW/RAW/UDP", "RTP/AVP/TCP;interleaved=256-257", "RTP/AVP;server_port=70000-70001",
        "RTP/AVP;server_port=a-b", "RTP/AVP/TCP;interleaved"}) {
    EXPECT_FALSE(ParseTransport(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace relayfleet::rtsp
