// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/media/packet.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/publisher.h"
#include "libs/rtsp/reader.h"
#include "libs/rtsp/testing/mediamtx_process.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/reader_harness.h"

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
    options.rtp = state;
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

}  // namespace
}  // namespace relayfleet::rtsp
