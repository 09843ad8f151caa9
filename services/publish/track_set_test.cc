// SPDX-License-Identifier: Apache-2.0

#include "services/publish/track_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "services/publish/testing/fake_dialer.h"

namespace relayfleet::publish {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TestAudio;
using testing::TestTrack;
using Change = TrackSet::Change;

// A key with these parameter sets of H.264.
media::Packet KeyWith(const std::string& sps, const std::string& pps) {
  media::Packet packet;
  packet.key = true;
  packet.payload =
      media::MakePayload(std::string("\0\0\0\1", 4) + sps + std::string("\0\0\0\1", 4) + pps +
                         std::string("\0\0\0\1\x65x", 6));
  return packet;
}

TEST(TrackSet, KnowsWhatASessionCanCarry) {
  TrackSet set;
  set.Set({TestTrack(), TestAudio()});
  EXPECT_EQ(set.Set({TestTrack(), TestAudio()}), Change::kNone);
  media::Track larger = TestTrack();
  larger.width = 128;
  larger.sps = "\x67T";
  EXPECT_EQ(set.Set({larger, TestAudio()}), Change::kParameters);
  EXPECT_EQ(set.Set({larger}), Change::kTracks);
  media::Track mono = TestAudio();
  EXPECT_EQ(set.Set({larger, mono}), Change::kTracks);
  mono.channels = 1;
  EXPECT_EQ(set.Set({larger, mono}), Change::kTracks);
}

TEST(TrackSet, KeepsParameterSetsThatAreNotSaidAgain) {
  TrackSet set;
  set.Set({TestTrack()});
  media::Track silent = TestTrack();
  silent.sps = silent.pps = "";
  EXPECT_EQ(set.Set({silent}), Change::kNone);
  EXPECT_TRUE(set.complete());
  EXPECT_EQ(set.tracks()[0].sps, TestTrack().sps);
}

TEST(TrackSet, LearnsParameterSetsOnce) {
  TrackSet set;
  media::Track silent = TestTrack();
  silent.sps = silent.pps = "";
  set.Set({silent});
  EXPECT_FALSE(set.complete());
  EXPECT_FALSE(set.Learn(KeyWith("\x67S", "")));
  EXPECT_TRUE(set.Learn(KeyWith("\x67S", "\x68P")));
  EXPECT_TRUE(set.complete());
  EXPECT_FALSE(set.Learn(KeyWith("\x67S", "\x68P")));
}

TEST(TrackSet, EachLineGoesOnWithItsTrackAndCodec) {
  TrackSet set;
  set.Set({TestTrack(), TestAudio()});
  set.line(0).Accept();
  set.line(0).Hand(5);
  set.line(0).Write(5, false);
  set.line(1).Hand(7);
  EXPECT_THAT(set.last_dts(), ElementsAre(std::pair(0, 5), std::pair(1, 7)));
  EXPECT_EQ(set.written().size(), 1u);
  media::Track aac = TestAudio();
  aac.codec = media::Codec::kAac;
  set.Set({TestTrack(), aac});
  EXPECT_THAT(set.last_dts(), ElementsAre(std::pair(0, 5)));
  set.Set({{.id = 9, .codec = media::Codec::kH265}});
  EXPECT_THAT(set.last_dts(), IsEmpty());
}

}  // namespace
}  // namespace relayfleet::publish
