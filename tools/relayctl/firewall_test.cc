// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/firewall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tools/relayctl/finding.h"
#include "tools/relayctl/listeners.h"
#include "tools/relayctl/port_findings.h"

namespace relayfleet::relayctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kTcp[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:270D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 "
    "1 0 100\n"
    "   1: 00000000:216A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 "
    "1 0 100\n"
    "   2: 0100007F:216A 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 13 "
    "1 0 100\n"
    "nonsense\n   3: 00000000:XXXX 00000000:0000 0A 0:0 0:0 0 0 0 14 1\n";

TEST(Listeners, AreSocketsThatListen) {
  EXPECT_THAT(ParseSockets(kTcp, /*udp=*/false),
              ElementsAre(Listener{.port = 9997, .loopback = true, .inode = 11},
                          Listener{.port = 8554, .inode = 12}));
  EXPECT_THAT(ParseSockets(kTcp, /*udp=*/true), IsEmpty());
}

TEST(Listeners, KnowLoopbackOfBothFamilies) {
  const auto loopback = [](const std::string& address) {
    return ParseSockets("0: " + address + ":0001 0:0 0A 0:0 0:0 0 0 0 1 1", false).at(0).loopback;
  };
  EXPECT_TRUE(loopback("0100007F"));
  EXPECT_FALSE(loopback("0101A8C0"));
  EXPECT_TRUE(loopback("00000000000000000000000001000000"));
  EXPECT_TRUE(loopback("0000000000000000FFFF00000100007F"));
  EXPECT_FALSE(loopback("00000000000000000000000000000000"));
  EXPECT_FALSE(loopback("000080FE00000000FF005450B6AD1DFE"));
}

TEST(Listeners, HaveTheNamesOfTheirPrograms) {
  namespace fs = std::filesystem;
  const fs::path proc = fs::path(::testing::TempDir()) / "proc";
  fs::remove_all(proc);
  fs::create_directories(proc / "net");
  fs::create_directories(proc / "42/fd");
  std::ofstream(proc / "net/tcp") << kTcp;
  std::ofstream(proc / "42/comm") << "mediamtx\n";
  fs::create_symlink("socket:[12]", proc / "42/fd/5");
  const std::vector<Listener> listeners = ReadListeners(proc.string());
  EXPECT_THAT(listeners, ElementsAre(Listener{.port = 9997, .loopback = true, .inode = 11},
                                     Listener{.port = 8554, .inode = 12, .program = "mediamtx"}));
}

TEST(Firewall, OpensWhatListensForOthers) {
  EXPECT_THAT(UfwLines({{.port = 8554, .program = "mediamtx"},
                        {.port = 8554, .program = "mediamtx"},  // of IPv6
                        {.port = 8555, .program = "mediamtx"},
                        {.udp = true, .port = 8001, .program = "mediamtx"},
                        {.udp = true, .port = 8000, .program = "mediamtx"},
                        {.udp = true, .port = 9000, .program = "standalone"},
                        {.port = 9997, .program = "mediamtx"}}),
              ElementsAre("sudo ufw allow 8554/tcp comment 'MediaMTX RTSP'",
                          "sudo ufw allow 8555/tcp comment 'MediaMTX'",
                          "# only if other machines need it: sudo ufw allow 9997/tcp comment "
                          "'MediaMTX control API'",
                          "sudo ufw allow 8000:8001/udp comment 'MediaMTX RTP/RTCP'",
                          "sudo ufw allow 9000/udp comment 'camera RTP'"));
}

TEST(Firewall, LeavesOutLoopbackOthersAndAnswers) {
  EXPECT_THAT(UfwLines({{.port = 5020, .loopback = true, .program = "standalone"},
                        {.port = 22, .program = "sshd"},
                        {.port = 22},
                        {.port = 8888, .program = "python3"},
                        {.udp = true, .port = 40000, .program = "standalone"}}),
              IsEmpty());
  EXPECT_THAT(UfwLines({{.port = 5020}}),
              ElementsAre("sudo ufw allow 5020/tcp comment 'robot relay API'"));
}

std::string TextOf(const std::vector<Finding>& findings, const std::string& subject) {
  for (const Finding& finding : findings) {
    if (finding.subject == subject) return finding.text;
  }
  return "";
}

TEST(PortFindings, SayWhoHasAPortAndHowToGiveAnother) {
  const std::vector<Finding> findings =
      PortFindings({{.port = 8888, .program = "python3"}, {.port = 5020, .program = "gateway"}});
  EXPECT_THAT(TextOf(findings, "port 8888/tcp"), HasSubstr("taken by python3"));
  EXPECT_THAT(TextOf(findings, "port 8888/tcp"), HasSubstr("--mediamtx_hls_port"));
  EXPECT_EQ(TextOf(findings, "port 5020/tcp"), "robot relay API: gateway listens for all machines");
  EXPECT_EQ(TextOf(findings, "port 8000/udp"), "MediaMTX RTP/RTCP: free");
}

}  // namespace
}  // namespace relayfleet::relayctl
