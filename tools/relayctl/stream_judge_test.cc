// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/stream_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/media/annexb.h"
#include "libs/media/stream.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "tools/relayctl/stream_meter.h"

namespace relayfleet::relayctl {
namespace {

using rtsp::testing::TestTrack;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Key() {
  std::string unit;
  for (const std::string& nal : {TestTrack().sps, TestTrack().pps, std::string("\x65\x88\x84x")}) {
    media::AppendNal(nal, &unit);
  }
  return unit;
}

std::string Bare(const std::string& nal) {
  std::string unit;
  media::AppendNal(nal, &unit);
  return unit;
}

// Plays pictures of 25 fps into a meter.
class Stream {
 public:
  explicit Stream(const media::Track& track) : meter_({track}, absl::ZeroDuration()) {}
  Stream() : Stream(TestTrack()) {}

  Stream& Add(const std::string& unit, bool key) {
    meter_.Add({.bytes = unit,
                .pts = pts_,
                .key = key,
                .arrived = at_,
                .wall = absl::UnixEpoch() + at_,
                .sender_wall = sender_late_.has_value() ? absl::UnixEpoch() + at_ - *sender_late_
                                                        : absl::InfinitePast()});
    at_ += absl::Milliseconds(40);
    pts_ += 3600;
    return *this;
  }
  // A key picture and `count` others behind it.
  Stream& Gop(int count) {
    Add(Key(), true);
    for (int i = 0; i < count; ++i) Add(Bare("\x41\x9ax"), false);
    return *this;
  }
  Stream& Pause(absl::Duration duration) {
    at_ += duration;
    return *this;
  }
  Stream& Jump(int64_t ticks) {
    pts_ += ticks;
    return *this;
  }
  Stream& Age(absl::Duration age) {
    sender_late_ = age;
    return *this;
  }

  // "warn longest 1040 ms: …", of that subject; empty: there is none.
  std::string Of(const std::string& subject, uint64_t lost) const {
    for (const Finding& finding : Judge(meter_.facts(), lost)) {
      if (finding.subject != subject) continue;
      return (finding.level == Finding::Level::kOk     ? "ok "
              : finding.level == Finding::Level::kWarn ? "warn "
                                                       : "fail ") +
             finding.text;
    }
    return "";
  }
  std::string Of(const std::string& subject) const { return Of(subject, 0); }

 private:
  StreamMeter meter_;
  absl::Duration at_ = absl::Milliseconds(100);
  int64_t pts_ = 0;
  std::optional<absl::Duration> sender_late_;
};

TEST(StreamJudge, AGoodStreamHasNothingToComplainAbout) {
  Stream stream;
  stream.Age(absl::Milliseconds(30)).Gop(24).Gop(24).Gop(1);
  EXPECT_THAT(stream.Of("codec"), StartsWith("ok H264"));
  EXPECT_THAT(stream.Of("profile"), StartsWith("ok Baseline"));
  EXPECT_EQ(stream.Of("level"), "ok 3.1");
  EXPECT_EQ(stream.Of("size"), "ok 1280x720");
  EXPECT_EQ(stream.Of("sps/pps"), "ok before each key picture, and in the SDP");
  EXPECT_EQ(stream.Of("gop"), "ok 1.0 s, 25 pictures");
  EXPECT_THAT(stream.Of("rate"), StartsWith("ok 25.00 fps"));
  EXPECT_EQ(stream.Of("gaps"), "ok longest 40 ms");
  EXPECT_EQ(stream.Of("age"), "ok p50 30 ms, max 30 ms");
  EXPECT_THAT(stream.Of("b-frames"), StartsWith("ok"));
  EXPECT_EQ(stream.Of("first picture"), "ok after 100 ms");
  EXPECT_EQ(stream.Of("loss"), "ok no packet");
  EXPECT_EQ(stream.Of("audio"), "");
}

TEST(StreamJudge, PicturesOutOfOrderFail) {
  Stream stream;
  stream.Gop(2).Jump(-9000).Gop(2);
  EXPECT_THAT(stream.Of("b-frames"), StartsWith("fail yes: WebRTC readers are closed"));
}

TEST(StreamJudge, ParameterSetsOnlyInTheSdpAreAWarningAndNowhereAFailure) {
  Stream described;
  described.Add(Bare("\x65\x88\x84x"), true);
  EXPECT_THAT(described.Of("sps/pps"), StartsWith("warn 1 of 1 key pictures come without, only"));
  media::Track bare = TestTrack();
  bare.sps = bare.pps = "";
  Stream nowhere(bare);
  nowhere.Add(Bare("\x65\x88\x84x"), true);
  EXPECT_THAT(nowhere.Of("sps/pps"), StartsWith("fail"));
  EXPECT_THAT(nowhere.Of("profile"), HasSubstr("Stream format not found"));
  Stream in_band(bare);
  in_band.Gop(1);
  EXPECT_THAT(in_band.Of("sps/pps"), StartsWith("warn before each key picture, not in the SDP"));
  EXPECT_EQ(in_band.Of("size"), "ok 1280x720");
}

TEST(StreamJudge, LongGopsGapsAndAgesWarn) {
  Stream stream;
  stream.Age(absl::Seconds(2)).Gop(200).Pause(absl::Milliseconds(1500)).Gop(1);
  EXPECT_THAT(stream.Of("gop"), StartsWith("warn 8.0 s, 201 pictures"));
  EXPECT_THAT(stream.Of("gaps"), StartsWith("warn longest 1540 ms"));
  EXPECT_THAT(stream.Of("age"), StartsWith("warn p50 2000 ms"));
  EXPECT_THAT(stream.Of("loss", 3), StartsWith("warn 3 packets"));
  stream.Pause(absl::Seconds(4)).Gop(1);
  EXPECT_THAT(stream.Of("gaps"), StartsWith("fail longest 4040 ms"));
}

TEST(StreamJudge, AClockAheadOfOursIsNoAge) {
  Stream stream;
  stream.Age(absl::Milliseconds(-500)).Gop(3);
  EXPECT_THAT(stream.Of("age"), HasSubstr("the clocks differ"));
}

TEST(StreamJudge, SilenceAndNoKeyPictureFail) {
  EXPECT_THAT(Stream().Of("pictures"), StartsWith("fail none came"));
  Stream stream;
  stream.Add(Bare("\x41\x9ax"), false);
  EXPECT_THAT(stream.Of("first picture"), StartsWith("fail no key picture"));
}

TEST(StreamJudge, OtherCodecsSayWhoCanNotPlayThem) {
  media::Track track;
  track.codec = media::Codec::kH265;
  EXPECT_THAT(Stream(track).Of("codec"), StartsWith("warn H265"));
  track.codec = media::Codec::kJpeg;
  EXPECT_THAT(Stream(track).Add("x", true).Of("codec"), StartsWith("fail MJPEG"));
}

}  // namespace
}  // namespace relayfleet::relayctl
