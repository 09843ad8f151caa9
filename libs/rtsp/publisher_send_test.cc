// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>

#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/scripted_server.h"

namespace {
std::atomic<int> sends = 0;
std::atomic<size_t> bytes_sent = 0;
}  // namespace

// Stands before the C library's: everything that this program sends by send() is counted.
extern "C" ssize_t send(int socket, const void* data, size_t size, int flags) {
  ++sends;
  bytes_sent += size;
  return sendto(socket, data, size, flags, nullptr, 0);
}

namespace relayfleet::rtsp {
namespace {

TEST(PublisherSend, OneAccessUnitLeavesWithOneSend) {
  testing::ScriptedServer server;
  testing::PublisherHarness harness;
  harness.Start(testing::PublisherHarness::OptionsFor(server.Url()));
  server.PlayPublishHandshake();
  harness.events().WaitFor(1);
  sends = 0;
  bytes_sent = 0;
  // The first goes together with its sender report.
  harness.Write(testing::TestPacket(1, 30000));
  EXPECT_EQ(sends, 1);
  EXPECT_GT(bytes_sent, 30000u);
  for (uint64_t seq = 2; seq <= 10; ++seq) harness.Write(testing::TestPacket(seq, 8000));
  EXPECT_EQ(sends, 10);
  EXPECT_EQ(harness.events().WaitFor(11).back(), "written 10");
}

}  // namespace
}  // namespace relayfleet::rtsp
