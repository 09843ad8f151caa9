// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/media/annexb.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/publisher.h"
#include "libs/rtsp/reader.h"
#include "libs/rtsp/testing/mediamtx_process.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/reader_harness.h"
#include "libs/rtsp/testing/self_signed.h"

// Publisher and Reader against the real MediaMTX. Run by tools/test, or
//   bazel test --test_env=MEDIAMTX_BIN=$(tools/mediamtx) //libs/rtsp:mediamtx_test
namespace relayfleet::rtsp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MediamtxProcess;
using ::testing::Not;
using testing::PublisherHarness;
using testing::ReaderHarness;
using ::testing::StartsWith;
using testing::TestPacket;

constexpr char kUser[] = "user:pass@";
constexpr char kPath[] = "robot-a/camera";

class MediamtxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!MediamtxProcess::Available()) GTEST_SKIP() << "MEDIAMTX_BIN names no MediaMTX";
  }

  void StartMediamtx(absl::string_view auth_methods, absl::string_view extra) {
    mediamtx_ = std::make_unique<MediamtxProcess>(auth_methods, extra);
  }

  void StartPublisher(PublisherHarness* publisher, const rtp::RtpState& state) {
    Publisher::Options options = PublisherHarness::OptionsFor(mediamtx_->Url(kUser, kPath));
    options.rtp = {state};
    publisher->Start(std::move(options));
    ASSERT_THAT(publisher->events().WaitFor(1), ElementsAre("recording"));
  }

  void StartReader(ReaderHarness* reader) {
    reader->Start(mediamtx_->Url("", kPath));
    ASSERT_THAT(reader->events().WaitFor(1), ElementsAre("playing 1280x720"));
  }

  std::unique_ptr<MediamtxProcess> mediamtx_;
};

class EachMediamtxTest : public MediamtxTest, public ::testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Settings, EachMediamtxTest,
                         ::testing::Values("", "    useAbsoluteTimestamp: true\n"));

TEST_P(EachMediamtxTest, EachAccessUnitComesThroughAtOnceAndUnchanged) {
  StartMediamtx("[basic]", GetParam());
  PublisherHarness publisher;
  ASSERT_NO_FATAL_FAILURE(StartPublisher(&publisher, rtp::RtpState::Random()));
  ReaderHarness reader;
  ASSERT_NO_FATAL_FAILURE(StartReader(&reader));
  for (uint64_t seq = 1; seq <= 10; ++seq) {
    const media::Packet packet = TestPacket(seq, seq * 7000);
    publisher.Write(packet);
    // Each one is out before the next is written.
    ASSERT_EQ(reader.events().WaitFor(1 + seq).size(), 1 + seq);
    EXPECT_EQ(reader.events().Now().back(), absl::StrCat("unit ", (seq - 1) * 18000, " key"));
    EXPECT_TRUE(reader.units().back().bytes == *packet.payload) << seq;
  }
}

TEST_F(MediamtxTest, CaptureTimeReachesTheReader) {
  StartMediamtx("[basic]", "    useAbsoluteTimestamp: true\n");
  PublisherHarness publisher;
  ASSERT_NO_FATAL_FAILURE(StartPublisher(&publisher, rtp::RtpState::Random()));
  ReaderHarness reader;
  ASSERT_NO_FATAL_FAILURE(StartReader(&reader));
  // MediaMTX reports to its readers only now and then: at the first packet, and periodically.
  std::vector<Reader::AccessUnit> units;
  for (uint64_t seq = 1; seq <= 5; ++seq) {
    publisher.Write(TestPacket(seq, 1000));
    reader.events().WaitFor(1 + seq);
  }
  units = reader.units();
  ASSERT_EQ(units.size(), 5u);
  const absl::Time expected = TestPacket(5, 1000).arrival_time;
  EXPECT_LT(absl::AbsDuration(units.back().sender_wall - expected), absl::Milliseconds(1));
}

// --- several tracks ------------------------------------------------------------------------------

struct TwoTracks {
  const char* name;
  media::Track video;
  media::Track audio;
  const char* probed;  // by ffprobe
};

media::Track H265Track() {
  media::Track track;
  track.codec = media::Codec::kH265;
  track.vps = absl::HexStringToBytes("40010c01ffff01600000030090000003000003005d959809");
  track.sps = absl::HexStringToBytes(
      "42010101600000030090000003000003005da00280802d165959a4932bc05a020000030002000003003210");
  track.pps = absl::HexStringToBytes("4401c172b46240");
  return track;
}

media::Track AudioTrack(media::Codec codec, int64_t rate, int channels, std::string config) {
  media::Track track;
  track.id = 1;
  track.codec = codec;
  track.clock_rate = rate;
  track.channels = channels;
  track.config = std::move(config);
  return track;
}

const TwoTracks* Streams() {
  static const TwoTracks streams[] = {
      {"H264Aac", testing::TestTrack(),
       AudioTrack(media::Codec::kAac, 44100, 2, std::string("\x12\x10")), "h264,1280 aac,44100"},
      {"H264Opus", testing::TestTrack(), AudioTrack(media::Codec::kOpus, 48000, 2, ""),
       "h264,1280 opus,48000"},
      {"H265Pcma", H265Track(), AudioTrack(media::Codec::kPcma, 8000, 1, ""),
       "hevc,1280 pcm_alaw,8000"}};
  return streams;
}

// Publishes both tracks to a path with and without absolute times.
class TracksTest : public MediamtxTest,
                   public ::testing::WithParamInterface<std::tuple<int, bool>> {
 protected:
  const TwoTracks& stream() { return Streams()[std::get<0>(GetParam())]; }
  bool absolute() { return std::get<1>(GetParam()); }

  void SetUp() override {
    MediamtxTest::SetUp();
    if (IsSkipped()) return;
    StartMediamtx("[basic]", absolute() ? "    useAbsoluteTimestamp: true\n" : "");
    Publisher::Options options = PublisherHarness::OptionsFor(mediamtx_->Url(kUser, kPath));
    options.tracks = {stream().video, stream().audio};
    publisher_.Start(std::move(options));
    ASSERT_THAT(publisher_.events().WaitFor(1), ElementsAre("recording"));
  }

  media::Packet Picture(uint64_t seq) {
    media::Packet packet = TestPacket(seq, 3000);
    if (stream().video.codec != media::Codec::kH265) return packet;
    std::string unit;
    media::AppendNal(stream().video.vps, &unit);
    media::AppendNal(stream().video.sps, &unit);
    media::AppendNal(stream().video.pps, &unit);
    media::AppendNal(absl::StrCat("\x26\x01", std::string(3000, 'x')), &unit);
    packet.payload = media::MakePayload(unit);
    return packet;
  }
  media::Packet Sound(uint64_t seq) {
    media::Packet packet = TestPacket(seq, 10);
    packet.track = 1;
    packet.pts = packet.dts = static_cast<int64_t>(seq) * stream().audio.clock_rate / 5;
    // Opus: 20 ms of one frame.
    packet.payload = media::MakePayload("\x78" + std::string(100 + seq % 20, 's'));
    return packet;
  }

  PublisherHarness publisher_;
};

INSTANTIATE_TEST_SUITE_P(Streams, TracksTest,
                         ::testing::Combine(::testing::Values(0, 1, 2), ::testing::Bool()),
                         [](const auto& info) {
                           return absl::StrCat(Streams()[std::get<0>(info.param)].name,
                                               std::get<1>(info.param) ? "Absolute" : "");
                         });

TEST_P(TracksTest, BothComeThroughUnchanged) {
  ReaderHarness reader;
  reader.Start(mediamtx_->Url("", kPath));
  ASSERT_THAT(reader.events().WaitFor(1), ElementsAre("playing 1280x720 audio"));
  // Where absolute times are kept, the first sound goes ahead of the report that it needs.
  publisher_.Write(Sound(1));
  publisher_.Write(Sound(2));
  const size_t before = absolute() ? 2 : 3;
  ASSERT_EQ(reader.events().WaitFor(before).size(), before);
  EXPECT_EQ(reader.units().back().bytes, *Sound(2).payload);
  for (uint64_t seq = 3; seq <= 6; ++seq) {
    publisher_.Write(Picture(seq));
    reader.events().WaitFor(before + 2 * (seq - 3) + 1);
    EXPECT_EQ(reader.units().back().bytes, *Picture(seq).payload);
    publisher_.Write(Sound(seq));
    ASSERT_EQ(reader.events().WaitFor(before + 2 * (seq - 2)).size(), before + 2 * (seq - 2));
    EXPECT_EQ(reader.units().back().bytes, *Sound(seq).payload);
  }
}

// What ffprobe says about `url`, its lines in one.
std::string Probe(const std::string& url) {
  const std::string command = absl::StrCat(
      "timeout 20 ffprobe -v quiet -rtsp_transport tcp -analyzeduration 1000000 -show_entries "
      "stream=codec_name,width,sample_rate -of csv=p=0 ",
      url);
  FILE* pipe = popen(command.c_str(), "r");
  std::string out(1000, '\0');
  out.resize(fread(out.data(), 1, out.size(), pipe));
  pclose(pipe);
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(out), {{"\n", " "}});
}

TEST_P(TracksTest, FfprobeFindsBoth) {
  uint64_t seq = 1;
  publisher_.Write(Sound(seq));
  publisher_.Write(Picture(seq));
  auto probed = std::async(std::launch::async, Probe, mediamtx_->Url("", kPath));
  while (probed.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    publisher_.Write(Picture(++seq));
    publisher_.Write(Sound(seq));
  }
  EXPECT_EQ(probed.get(), stream().probed);
}

TEST_F(MediamtxTest, AuthenticatesByDigestAndBasic) {
  for (const char* methods : {"[basic]", "[digest]", "[basic, digest]"}) {
    StartMediamtx(methods, "");
    PublisherHarness publisher;
    ASSERT_NO_FATAL_FAILURE(StartPublisher(&publisher, rtp::RtpState::Random()));
  }
}

TEST_F(MediamtxTest, WrongPasswordIsUnauthenticated) {
  StartMediamtx("[digest]", "");
  PublisherHarness publisher;
  publisher.Start(PublisherHarness::OptionsFor(mediamtx_->Url("user:wrong@", kPath)));
  const std::vector<std::string> events = publisher.events().WaitFor(1);
  EXPECT_THAT(events, ElementsAre(StartsWith("closed UNAUTHENTICATED")));
  EXPECT_THAT(events, ElementsAre(Not(HasSubstr("wrong"))));
}

TEST_F(MediamtxTest, ReaderOfAnEmptyPathIsToldSo) {
  StartMediamtx("[basic]", "");
  ReaderHarness reader;
  reader.Start(mediamtx_->Url("", kPath));
  EXPECT_THAT(reader.events().WaitFor(1), ElementsAre(StartsWith("closed NOT_FOUND")));
}

TEST_F(MediamtxTest, AnotherPublisherTakesThePathAndTheFirstIsTold) {
  StartMediamtx("[basic]", "");
  PublisherHarness first;
  ASSERT_NO_FATAL_FAILURE(StartPublisher(&first, rtp::RtpState::Random()));
  PublisherHarness second;
  ASSERT_NO_FATAL_FAILURE(StartPublisher(&second, first.state()));
  EXPECT_THAT(first.events().WaitFor(2),
              ElementsAre("recording", StartsWith("closed UNAVAILABLE")));
}

TEST_F(MediamtxTest, ItsDeathEndsTheAttempt) {
  StartMediamtx("[basic]", "");
  PublisherHarness publisher;
  ASSERT_NO_FATAL_FAILURE(StartPublisher(&publisher, rtp::RtpState::Random()));
  mediamtx_.reset();
  EXPECT_THAT(publisher.events().WaitFor(2),
              ElementsAre("recording", StartsWith("closed UNAVAILABLE")));
}

// MediaMTX as the camera, as a publisher feeds it.
class CameraTest : public MediamtxTest {
 protected:
  void StartCamera(absl::string_view path, const MediamtxProcess::Server& server) {
    mediamtx_ = std::make_unique<MediamtxProcess>("[digest]", "", server);
    publisher_.Start(PublisherHarness::OptionsFor(mediamtx_->Url(kUser, path)));
    ASSERT_THAT(publisher_.events().WaitFor(1), ElementsAre("recording"));
  }

  // One picture, read as `url` says.
  void ExpectPicture(Reader::Options options) {
    ReaderHarness reader;
    reader.Start(std::move(options));
    ASSERT_THAT(reader.events().WaitFor(1), ElementsAre("playing 1280x720"));
    const media::Packet packet = TestPacket(1, 30000);
    publisher_.Write(packet);
    ASSERT_THAT(reader.events().WaitFor(2), ElementsAre("playing 1280x720", "unit 0 key"));
    EXPECT_TRUE(reader.units()[0].bytes == *packet.payload);
  }

  PublisherHarness publisher_;
};

TEST_F(CameraTest, IsReadWithDigest) {
  ASSERT_NO_FATAL_FAILURE(StartCamera("closed/cam", {}));
  ExpectPicture({.url = base::SecretUrl::Parse(mediamtx_->Url(kUser, "closed/cam")).value()});
  ReaderHarness stranger;
  stranger.Start(mediamtx_->Url("user:wrong@", "closed/cam"));
  EXPECT_THAT(stranger.events().WaitFor(1), ElementsAre(StartsWith("closed UNAUTHENTICATED")));
}

TEST_F(CameraTest, IsReadOverUdp) {
  ASSERT_NO_FATAL_FAILURE(StartCamera(kPath, {.udp = true}));
  ExpectPicture({.url = base::SecretUrl::Parse(mediamtx_->Url("", kPath)).value(),
                 .transport = Reader::Transport::kUdp});
}

TEST_F(CameraTest, IsReadInsideTls) {
  const testing::SelfSigned files = testing::MakeSelfSigned("IP:127.0.0.1");
  ASSERT_NO_FATAL_FAILURE(
      StartCamera(kPath, {.certificate_file = files.certificate_file, .key_file = files.key_file}));
  ExpectPicture({.url = base::SecretUrl::Parse(mediamtx_->TlsUrl(kPath)).value(),
                 .ca_file = files.certificate_file});
  ReaderHarness wary;
  wary.Start(mediamtx_->TlsUrl(kPath));
  EXPECT_THAT(wary.events().WaitFor(1), ElementsAre(StartsWith("closed PERMISSION_DENIED")));
}

}  // namespace
}  // namespace relayfleet::rtsp
