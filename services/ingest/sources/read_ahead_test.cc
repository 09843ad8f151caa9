// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/read_ahead.h"

#include <atomic>
#include <string>
#include <thread>

#include "gtest/gtest.h"

namespace relayfleet::ingest {
namespace {

media::Packet PacketOf(uint32_t track, size_t size = 1) {
  media::Packet packet;
  packet.track = track;
  packet.payload = media::MakePayload(std::string(size, 'x'));
  return packet;
}

uint32_t TrackOf(const ReadAhead::Piece& piece) { return std::get<media::Packet>(piece).track; }

TEST(ReadAhead, GivesInTheOrderOfDueTimes) {
  int wakes = 0;
  ReadAhead ahead({}, [&] { ++wakes; });
  EXPECT_FALSE(ahead.FrontDue().has_value());
  ahead.Put(absl::Milliseconds(30), PacketOf(1));
  ahead.Put(absl::Milliseconds(40), PacketOf(2));
  EXPECT_EQ(wakes, 1);
  ahead.Put(absl::Milliseconds(20), PacketOf(3));
  EXPECT_EQ(wakes, 2);
  ahead.Put(absl::Milliseconds(30), PacketOf(4));
  EXPECT_EQ(ahead.FrontDue(), absl::Milliseconds(20));
  for (const uint32_t track : {3, 1, 4, 2}) EXPECT_EQ(TrackOf(ahead.Pop()), track);
}

TEST(ReadAhead, TheEndComesAfterWhatWaits) {
  ReadAhead ahead({}, [] {});
  ahead.Put(absl::ZeroDuration(), PacketOf(1));
  ahead.Finish(absl::NotFoundError("gone"));
  EXPECT_FALSE(ahead.end().has_value());
  ahead.Pop();
  EXPECT_EQ(ahead.end(), absl::NotFoundError("gone"));
}

// Puts two pieces; the second has room only once the first is taken.
void ExpectToWait(ReadAhead::Options options, absl::Duration due, size_t size) {
  ReadAhead ahead(options, [] {});
  ahead.Put(absl::ZeroDuration(), PacketOf(1, size));
  ahead.Put(due, PacketOf(2, size));
  std::atomic<bool> put = false;
  std::thread putter([&] {
    EXPECT_TRUE(ahead.Put(due, PacketOf(3)));
    put = true;
  });
  EXPECT_FALSE(put);
  ahead.Pop();
  ahead.Pop();
  putter.join();
  EXPECT_EQ(TrackOf(ahead.Pop()), 3u);
}

TEST(ReadAhead, TheReaderWaitsWhileItIsFull) {
  ExpectToWait({.packets = 2}, absl::ZeroDuration(), 1);
  ExpectToWait({.bytes = 1000}, absl::ZeroDuration(), 600);
  ExpectToWait({.span = absl::Seconds(1)}, absl::Seconds(2), 1);
}

TEST(ReadAhead, ClosingLetsTheReaderGo) {
  ReadAhead ahead({.packets = 1}, [] {});
  ahead.Put(absl::ZeroDuration(), PacketOf(1));
  std::thread putter([&] { EXPECT_FALSE(ahead.Put(absl::ZeroDuration(), PacketOf(2))); });
  ahead.Close();
  putter.join();
  EXPECT_FALSE(ahead.FrontDue().has_value());
}

}  // namespace
}  // namespace relayfleet::ingest
