// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/restamper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace relayfleet::ingest {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;

constexpr int64_t kRate = 90000;
constexpr int64_t kFrame = 3000;  // 30 fps
constexpr absl::Time kWall = absl::FromUnixSeconds(1'767'225'600);
constexpr absl::Duration kMono = absl::Seconds(1000);
constexpr int64_t kZero = 1'767'225'600 * kRate;  // where the line begins

class RestamperTest : public ::testing::Test {
 protected:
  // A picture with these time stamps comes now; returns its place after the line's beginning.
  media::Packet Stamp(int64_t dts, int64_t pts, uint32_t track = 0, int64_t rate = kRate) {
    media::Packet packet{.track = track, .pts = pts, .dts = dts, .arrival_mono = now_};
    packet.capture_trusted = capture_.has_value();
    packet.capture_time = capture_.value_or(absl::InfinitePast());
    event_ = restamper_.Stamp(rate, &packet);
    packet.pts -= kZero / kRate * rate;
    packet.dts -= kZero / kRate * rate;
    return packet;
  }
  int64_t Stamp(int64_t pts) { return Stamp(pts, pts).pts; }
  void Advance(absl::Duration time) { now_ += time; }
  void NextFrame() { now_ += absl::Microseconds(33'333) + absl::Nanoseconds(333); }

  Timeline line_{kWall, kMono};
  Restamper restamper_{line_};
  absl::Duration now_ = kMono;
  std::optional<absl::Time> capture_;
  Restamper::Event event_ = Restamper::Event::kNone;
};

TEST_F(RestamperTest, BeginsAtTheArrivalAndKeepsTheSourcesSteps) {
  Advance(absl::Seconds(2));
  std::vector<int64_t> dts;
  for (int i = 0; i < 4; ++i) {
    dts.push_back(Stamp(777 + i * kFrame));
    Advance(absl::Milliseconds(i % 2 == 0 ? 50 : 15));  // jitter
  }
  EXPECT_THAT(dts, ElementsAre(180000, 183000, 186000, 189000));
}

struct Trouble {
  std::string name;
  std::vector<int64_t> source;  // a frame's time apart in arrival
  std::vector<int64_t> line;
};

// "non-monotonic, negative, jumping DTS".
class Troubles : public RestamperTest, public ::testing::WithParamInterface<Trouble> {};

TEST_P(Troubles, ComeOutAsOneGrowingLine) {
  std::vector<int64_t> line;
  for (int64_t pts : GetParam().source) {
    line.push_back(Stamp(pts));
    NextFrame();
  }
  EXPECT_EQ(line, GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    AllOf, Troubles,
    ::testing::Values(
        Trouble{"Negative", {-6000, -3000, 0, 3000}, {0, 3000, 6000, 9000}},
        Trouble{"Repeated", {9000, 9000, 12000}, {0, 1, 3000}},
        Trouble{"ALittleBack", {9000, 12000, 10000, 15000}, {0, 3000, 3001, 6000}},
        Trouble{"FarAhead", {0, 3000, 900000, 903000}, {0, 3000, 6000, 9000}},
        Trouble{"FarBack", {900000, 903000, 0, 3000}, {0, 3000, 6000, 9000}},
        Trouble{"AGapThatIsNoJump", {0, 3000, 303000, 306000}, {0, 3000, 303000, 306000}}),
    [](const auto& info) { return info.param.name; });

TEST_F(RestamperTest, ThreeJumpsInARowBeginANewLineAtTheArrival) {
  Stamp(0);
  Advance(absl::Seconds(4));
  std::vector<Restamper::Event> events;
  int64_t last = 0;
  for (int64_t dts : {90'000'000, 1'000, 80'000'000}) {
    Advance(absl::Seconds(1));
    last = Stamp(dts);
    events.push_back(event_);
  }
  EXPECT_THAT(events, ElementsAre(Restamper::Event::kJoined, Restamper::Event::kJoined,
                                  Restamper::Event::kNewLine));
  EXPECT_EQ(last, 7 * kRate);
}

TEST_F(RestamperTest, APauseIsNoJump) {
  Stamp(0);
  Advance(absl::Seconds(60));
  EXPECT_EQ(Stamp(60 * kRate), 60 * kRate);
  EXPECT_EQ(event_, Restamper::Event::kNone);
}

TEST_F(RestamperTest, ABurstAfterAStallKeepsItsSteps) {
  Stamp(0);
  Advance(absl::Seconds(8));
  for (int i = 1; i < 240; ++i) EXPECT_EQ(Stamp(i * kFrame), i * kFrame);
}

TEST_F(RestamperTest, AStepBackThatStaysIsJoinedAfterAWhile) {
  for (int i = 0; i < 30; ++i, NextFrame()) Stamp(i * kFrame);
  std::vector<int64_t> line;
  for (int i = 0; i < 20; ++i, NextFrame()) line.push_back(Stamp(i * kFrame));
  for (size_t i = 1; i < line.size(); ++i) EXPECT_GT(line[i], line[i - 1]);
  EXPECT_EQ(line[19] - line[18], kFrame);
}

// "reconnect resets timestamps to 0": the line goes on by the time that passed.
TEST_F(RestamperTest, AReconnectContinuesTheLineByTheTimeThatPassed) {
  EXPECT_EQ(Stamp(500'000), 0);
  Advance(absl::Seconds(7));
  restamper_.Restart();
  EXPECT_EQ(Stamp(0), 7 * kRate);
}

TEST_F(RestamperTest, AReconnectAfterABurstNeverGoesBack) {
  // A server sends what it has kept: 3 s at once.
  int64_t last = 0;
  for (int i = 0; i < 90; ++i) last = Stamp(i * kFrame);
  Advance(absl::Seconds(1));
  restamper_.Restart();
  std::vector<int64_t> line;
  for (int i = 0; i < 20; ++i, NextFrame()) line.push_back(Stamp(i * kFrame));
  EXPECT_THAT(line, Each(Gt(last)));
  EXPECT_EQ(line[19] - line[18], kFrame);
}

TEST_F(RestamperTest, AllTracksHaveOneZero) {
  Stamp(90000);
  Advance(absl::Milliseconds(300));  // audio comes late, but says when it was
  EXPECT_EQ(Stamp(48000 + 4800, 48000 + 4800, 1, 48000).pts, 4800);
  restamper_.Restart();
  Advance(absl::Seconds(1));
  const int64_t audio = Stamp(0, 0, 1, 48000).pts;
  EXPECT_EQ(Stamp(0, 0).pts * 8 / 15, audio);
}

TEST_F(RestamperTest, TracksThatJumpTogetherStayTogether) {
  Stamp(0, 0);
  Stamp(0, 0, 1, 48000);
  Advance(absl::Milliseconds(40));
  const int64_t video = Stamp(100 * kRate, 100 * kRate).pts;
  Advance(absl::Milliseconds(30));
  const int64_t audio = Stamp(100 * 48000, 100 * 48000, 1, 48000).pts;
  EXPECT_EQ(video * 8 / 15, audio);
}

TEST_F(RestamperTest, ATrackWithAnotherZeroGetsItsOwnPlace) {
  Stamp(0, 0);
  EXPECT_EQ(Stamp(48000 * 5000, 48000 * 5000, 1, 48000).pts, 0);
}

// As RTP has them: pts only, in the order of decoding.
TEST_F(RestamperTest, BFramesWithoutDtsGetOne) {
  std::vector<media::Packet> packets;
  for (int gop = 0; gop < 10; ++gop) {
    for (int64_t frame : {3, 1, 2}) {
      packets.push_back(Stamp((gop * 3 + frame) * kFrame, (gop * 3 + frame) * kFrame));
      NextFrame();
    }
  }
  for (size_t i = 1; i < packets.size(); ++i) {
    EXPECT_GT(packets[i].dts, packets[i - 1].dts);
    EXPECT_GE(packets[i].pts, packets[i].dts);
  }
  // Once the order is known, pts are the source's own.
  EXPECT_EQ(packets[28].pts, packets[27].pts - 2 * kFrame);
  EXPECT_EQ(packets[29].pts, packets[27].pts - kFrame);
  EXPECT_TRUE(restamper_.Reorders(0));
}

TEST_F(RestamperTest, BFramesWithTheirDtsKeepBoth) {
  Stamp(-kFrame, 0);
  const auto p = Stamp(0, 3 * kFrame);
  const auto b = Stamp(kFrame, kFrame);
  EXPECT_EQ(p.dts, kFrame);
  EXPECT_EQ(p.pts, 4 * kFrame);
  EXPECT_EQ(b.pts, 2 * kFrame);
}

TEST_F(RestamperTest, WithoutBFramesNothingIsReordered) {
  for (int i = 0; i < 30; ++i, NextFrame()) Stamp(i * kFrame);
  for (int i = 0; i < 30; ++i, NextFrame()) Stamp(i * kFrame);  // back, for good
  EXPECT_FALSE(restamper_.Reorders(0));
}

// "clock drift": a camera whose clock is 200 ppm fast, seen with jitter.
TEST_F(RestamperTest, DriftIsFollowedByArrival) {
  int64_t dts = 0;
  int64_t off = 0;
  for (int i = 0; i < 30 * 3600; ++i) {
    off = Stamp(dts) - media::ToVideoTicks(now_ - kMono);
    Advance(absl::Nanoseconds(33'333'333));
    dts = (i + 1) * kFrame + (i + 1) * kFrame / 5000;
  }
  EXPECT_LT(std::abs(off), 50 * 90) << "without correction it would be 64800";
}

TEST_F(RestamperTest, DelaysAreNoDrift) {
  int64_t off = 0;
  for (int i = 0; i < 30 * 300; ++i) {
    const absl::Duration delay = absl::Milliseconds(i % 7 * 10);
    now_ = kMono + i * absl::Nanoseconds(33'333'333) + delay;
    off = Stamp(i * kFrame) - i * kFrame;
  }
  EXPECT_LT(std::abs(off), 5 * 90);
}

// The sender reports are right, arrivals get later and later (a queue fills on the way).
TEST_F(RestamperTest, TrustedCaptureTimesLead) {
  int64_t off = 0;
  for (int i = 0; i < 30 * 60; ++i) {
    now_ = kMono + i * absl::Nanoseconds(33'333'333) * 1.01;
    capture_ = kWall + i * absl::Nanoseconds(33'333'333);
    off = Stamp(i * kFrame) - i * kFrame;
  }
  EXPECT_LT(std::abs(off), 2 * 90);
}

// "RTP 32-bit wrap" is unwrapped by the source; the line takes such numbers as they are.
TEST_F(RestamperTest, LargeTimeStampsKeepTheirSteps) {
  const int64_t large = (int64_t{1} << 33) * 3;
  Stamp(large);
  NextFrame();
  EXPECT_EQ(Stamp(large + kFrame), kFrame);
}

}  // namespace
}  // namespace relayfleet::ingest
