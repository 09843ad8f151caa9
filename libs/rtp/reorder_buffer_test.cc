// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/reorder_buffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace relayfleet::rtp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReorderBufferTest : public ::testing::Test {
 protected:
  // Pushes a packet at `ms`; gives what comes out.
  std::vector<uint16_t> Push(uint16_t sequence, int ms) {
    std::vector<uint16_t> out;
    const std::string payload = absl::StrCat("payload ", sequence);
    buffer_.Push({.sequence = sequence, .payload = payload}, absl::Milliseconds(ms),
                 [&](const RtpPacket& packet) { Take(packet, &out); });
    return out;
  }
  std::vector<uint16_t> Flush(int ms) {
    std::vector<uint16_t> out;
    buffer_.Flush(absl::Milliseconds(ms), [&](const RtpPacket& packet) { Take(packet, &out); });
    return out;
  }
  static void Take(const RtpPacket& packet, std::vector<uint16_t>* out) {
    EXPECT_EQ(packet.payload, absl::StrCat("payload ", packet.sequence));
    out->push_back(packet.sequence);
  }

  ReorderBuffer buffer_{{.window = absl::Milliseconds(50), .max_held = 4}};
};

TEST_F(ReorderBufferTest, PassesWhatIsInOrderOverTheWrap) {
  EXPECT_THAT(Push(0xfffe, 0), ElementsAre(0xfffe));
  EXPECT_THAT(Push(0xffff, 1), ElementsAre(0xffff));
  EXPECT_THAT(Push(0, 2), ElementsAre(0));
  EXPECT_EQ(buffer_.deadline(), std::nullopt);
}

TEST_F(ReorderBufferTest, PutsPacketsBackInOrder) {
  Push(0xffff, 0);
  EXPECT_THAT(Push(1, 1), IsEmpty());
  EXPECT_THAT(Push(2, 2), IsEmpty());
  EXPECT_THAT(Push(0, 3), ElementsAre(0, 1, 2));
  EXPECT_EQ(buffer_.lost(), 0u);
}

TEST_F(ReorderBufferTest, GivesUpWhatDoesNotComeInTime) {
  Push(1, 0);
  Push(4, 10);
  EXPECT_EQ(buffer_.deadline(), absl::Milliseconds(60));
  EXPECT_THAT(Flush(59), IsEmpty());
  EXPECT_THAT(Flush(60), ElementsAre(4));
  EXPECT_EQ(buffer_.lost(), 2u);
  EXPECT_THAT(Push(3, 61), IsEmpty());
  EXPECT_EQ(buffer_.late(), 1u);
}

TEST_F(ReorderBufferTest, TheNextPacketGivesUpAsWell) {
  Push(1, 0);
  Push(3, 10);
  EXPECT_THAT(Push(4, 70), ElementsAre(3, 4));
}

TEST_F(ReorderBufferTest, GivesUpWhenTooManyWait) {
  Push(1, 0);
  for (uint16_t sequence = 3; sequence <= 6; ++sequence) EXPECT_THAT(Push(sequence, 1), IsEmpty());
  EXPECT_THAT(Push(8, 1), ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(buffer_.lost(), 1u);
  EXPECT_THAT(Push(7, 2), ElementsAre(7, 8));
}

TEST_F(ReorderBufferTest, LeavesOutWhatIsRepeated) {
  Push(1, 0);
  EXPECT_THAT(Push(1, 1), IsEmpty());
  EXPECT_THAT(Push(3, 2), IsEmpty());
  EXPECT_THAT(Push(3, 3), IsEmpty());
  EXPECT_THAT(Push(2, 4), ElementsAre(2, 3));
  EXPECT_EQ(buffer_.late(), 2u);
}

TEST_F(ReorderBufferTest, FollowsASenderThatBeginsAnew) {
  Push(40000, 0);
  Push(40002, 1);
  EXPECT_THAT(Push(5, 2), IsEmpty());
  EXPECT_THAT(Push(6, 3), ElementsAre(40002, 6));
  EXPECT_THAT(Push(7, 4), ElementsAre(7));
}

TEST_F(ReorderBufferTest, OneStrayPacketChangesNothing) {
  Push(40000, 0);
  EXPECT_THAT(Push(5, 1), IsEmpty());
  EXPECT_THAT(Push(40001, 2), ElementsAre(40001));
  EXPECT_THAT(Push(6, 3), IsEmpty());
  EXPECT_THAT(Push(40002, 4), ElementsAre(40002));
}

TEST_F(ReorderBufferTest, CountsALongOutageAsLoss) {
  Push(1, 0);
  EXPECT_THAT(Push(5001, 1), IsEmpty());
  EXPECT_THAT(Push(5002, 2), ElementsAre(5002));
  EXPECT_EQ(buffer_.lost(), 5000u);
}

}  // namespace
}  // namespace relayfleet::rtp
