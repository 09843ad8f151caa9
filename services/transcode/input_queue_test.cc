// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/input_queue.h"

#include <gtest/gtest.h>

namespace relayfleet::transcode {
namespace {

Input Packet(uint64_t seq) { return {{.seq = seq}, absl::ZeroDuration()}; }

uint64_t TakeSeq(InputQueue& queue) { return std::get<Input>(queue.Take()).packet.seq; }

TEST(InputQueue, KeepsTheNewestJpeg) {
  InputQueue queue;
  EXPECT_FALSE(queue.Put(Packet(1)).has_value());
  const auto older = queue.Put(Packet(2));
  ASSERT_TRUE(older.has_value());
  EXPECT_EQ(older->packet.seq, 1);
  EXPECT_EQ(queue.packets(), 1);
  EXPECT_EQ(TakeSeq(queue), 2);
  EXPECT_TRUE(queue.empty());
}

TEST(InputQueue, KeepsAllCodedPacketsInOrder) {
  InputQueue queue;
  queue.Put(media::Track{.codec = media::Codec::kH264});
  EXPECT_FALSE(queue.Put(Packet(1)).has_value());
  EXPECT_FALSE(queue.Put(Packet(2)).has_value());
  EXPECT_TRUE(std::holds_alternative<media::Track>(queue.Take()));
  EXPECT_EQ(queue.packets(), 2);
  EXPECT_EQ(TakeSeq(queue), 1);
  EXPECT_EQ(TakeSeq(queue), 2);
}

TEST(InputQueue, NeverReplacesAPacketOfTheTrackBefore) {
  InputQueue queue;
  queue.Put(media::Track{.codec = media::Codec::kH264});
  EXPECT_FALSE(queue.Put(Packet(1)).has_value());
  queue.Put(media::Track{.codec = media::Codec::kJpeg});
  EXPECT_FALSE(queue.Put(Packet(2)).has_value());
  EXPECT_TRUE(queue.Put(Packet(3)).has_value());
  EXPECT_EQ(queue.packets(), 2);
}

TEST(InputQueue, SaysWhenAPeerIgnoresItsCredits) {
  InputQueue queue;
  queue.Put(media::Track{.codec = media::Codec::kH264});
  for (size_t i = 1; i < InputQueue::kMaxItems; ++i) {
    EXPECT_FALSE(queue.Put(Packet(i)).has_value());
  }
  EXPECT_FALSE(queue.overrun());
  EXPECT_FALSE(queue.Put(Packet(100)).has_value());
  EXPECT_TRUE(queue.overrun());
}

}  // namespace
}  // namespace relayfleet::transcode
