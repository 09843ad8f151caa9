// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/gop_queue.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

media::Packet MakePacket(uint64_t seq, bool key, size_t bytes = 10) {
  media::Packet packet;
  packet.seq = seq;
  packet.key = key;
  packet.payload = media::MakePayload(std::string(bytes, 'x'));
  return packet;
}
media::Packet P(uint64_t seq) { return MakePacket(seq, false); }
media::Packet I(uint64_t seq) { return MakePacket(seq, true); }

// What is in the queue, as words: "I1", "P2", "P3!" (discontinuity), "gap 4-6", "info 2".
std::vector<std::string> Drain(GopQueue* queue) {
  std::vector<std::string> words;
  while (auto message = queue->Pop()) {
    if (const auto* packet = std::get_if<media::Packet>(&*message)) {
      words.push_back(
          absl::StrCat(packet->key ? "I" : "P", packet->seq, packet->discontinuity ? "!" : ""));
    } else if (const auto* gap = std::get_if<media::Gap>(&*message)) {
      words.push_back(absl::StrCat("gap ", gap->first, "-", gap->last));
    } else {
      words.push_back(absl::StrCat("info ", std::get<media::StreamInfo>(*message).generation));
    }
  }
  return words;
}

TEST(GopQueue, KeepsOrder) {
  GopQueue queue;
  queue.Push(media::StreamInfo{.generation = 1});
  queue.Push(I(1));
  queue.Push(P(2));
  EXPECT_EQ(queue.packets(), 2);
  EXPECT_EQ(queue.bytes(), 20u);
  EXPECT_THAT(Drain(&queue), ElementsAre("info 1", "I1", "P2"));
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(GopQueue, FullWithoutAKeyInsideWaitsForOneAndAsks) {
  GopQueue queue({.max_packets = 3});
  for (auto& packet : {I(1), P(2), P(3)}) queue.Push(packet);
  auto result = queue.Push(P(4));
  EXPECT_TRUE(result.need_key);
  EXPECT_EQ(result.dropped, 1);
  EXPECT_TRUE(queue.waiting_for_key());
  EXPECT_THAT(Drain(&queue), ElementsAre("I1", "P2", "P3", "gap 4-4"));
  EXPECT_FALSE(queue.Push(P(5)).need_key) << "asked already";
  EXPECT_EQ(queue.dropped(), 2u);
  queue.Push(I(6));
  EXPECT_FALSE(queue.waiting_for_key());
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 5-5", "I6!"));
}

TEST(GopQueue, NeighbouringDropsAreOneGap) {
  GopQueue queue({.max_packets = 1});
  queue.Push(I(1));
  for (uint64_t seq = 2; seq < 6; ++seq) queue.Push(P(seq));
  EXPECT_THAT(Drain(&queue), ElementsAre("I1", "gap 2-5"));
}

TEST(GopQueue, AKeyFrameTakesTheRoomOfEverythingOlder) {
  GopQueue queue({.max_packets = 3});
  for (auto& packet : {P(1), P(2), P(3)}) queue.Push(packet);
  auto result = queue.Push(I(4));
  EXPECT_EQ(result.dropped, 3);
  EXPECT_FALSE(result.need_key);
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 1-3", "I4!"));
}

TEST(GopQueue, AKeyFrameThatWaitsInsideIsDroppedTo) {
  GopQueue queue({.max_packets = 4});
  for (auto& packet : {P(1), P(2), I(3), P(4)}) queue.Push(packet);
  auto result = queue.Push(P(5));
  EXPECT_EQ(result.dropped, 2);
  EXPECT_FALSE(result.need_key);
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 1-2", "I3!", "P4", "P5"));
}

TEST(GopQueue, BytesAreBoundedToo) {
  GopQueue queue({.max_packets = 100, .max_bytes = 25});
  queue.Push(I(1));
  queue.Push(P(2));
  EXPECT_TRUE(queue.Push(P(3)).need_key);
  EXPECT_THAT(Drain(&queue), ElementsAre("I1", "P2", "gap 3-3"));
}

TEST(GopQueue, APacketAboveTheBoundPassesAlone) {
  GopQueue queue({.max_packets = 100, .max_bytes = 25});
  EXPECT_EQ(queue.Push(MakePacket(1, true, 1000)).dropped, 0);
  EXPECT_THAT(Drain(&queue), ElementsAre("I1"));
}

TEST(GopQueue, TheNewestInfoOfADroppedRunStays) {
  GopQueue queue({.max_packets = 2});
  queue.Push(media::StreamInfo{.generation = 1});
  queue.Push(I(1));
  queue.Push(media::StreamInfo{.generation = 2});
  queue.Push(I(2));
  queue.Push(I(3));
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 1-2", "info 2", "I3!"));
}

TEST(GopQueue, GapsOfUpstreamPassAndJoin) {
  GopQueue queue({.max_packets = 2});
  queue.Push(I(1));
  queue.Push(media::Gap{2, 3, media::GapReason::kCongested});
  queue.Push(P(4));
  queue.Push(I(5));
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 1-4", "I5!"));
}

TEST(GopQueue, RestartDropsAllAndWaitsForAKey) {
  GopQueue queue;
  queue.Push(I(1));
  queue.Push(P(2));
  EXPECT_EQ(queue.Restart(), 2);
  queue.Push(P(3));
  queue.Push(I(4));
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 1-3", "I4!"));
  EXPECT_THAT(Drain(&queue), IsEmpty());
}

media::Packet Audio(uint64_t seq) {
  media::Packet packet = MakePacket(seq, /*key=*/true, 10);
  packet.track = 1;
  return packet;
}

TEST(GopQueue, AudioGoesWithTheRunAndWaitsForNoKey) {
  GopQueue queue({.max_packets = 4});
  queue.SetAudioTracks({1});
  queue.Push(I(1));
  queue.Push(Audio(2));
  queue.Push(P(3));
  queue.Push(P(4));
  EXPECT_TRUE(queue.Push(P(5)).need_key);
  EXPECT_EQ(queue.Push(Audio(6)).dropped, 1);
  EXPECT_FALSE(queue.Push(Audio(7)).need_key);
  EXPECT_THAT(Drain(&queue), ElementsAre("I1", "I2", "P3", "P4", "gap 5-7"));
  queue.Push(Audio(8));
  queue.Push(P(9));
  queue.Push(I(10));
  EXPECT_THAT(Drain(&queue), ElementsAre("I8", "gap 9-9", "I10!"));
}

TEST(GopQueue, AnAudioFrameIsNoKeyToDropTo) {
  GopQueue queue({.max_packets = 3});
  queue.SetAudioTracks({1});
  for (auto& packet : {I(1), Audio(2), I(3)}) queue.Push(packet);
  EXPECT_EQ(queue.Push(P(4)).dropped, 2);
  EXPECT_THAT(Drain(&queue), ElementsAre("gap 1-2", "I3!", "P4"));
}

}  // namespace
}  // namespace relayfleet::flow
