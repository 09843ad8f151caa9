// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/fifo_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingest/sources/testing/attempt_recorder.h"

namespace relayfleet::ingest {
namespace {

using testing::AttemptRecorder;
using testing::Events;

const std::string kKey =
    absl::HexStringToBytes("000000016742c01fda014016e9a80000000168ce3c800000000165b80010");
const std::string kDelta = absl::HexStringToBytes("00000001419a0102");

std::string NewPath(absl::string_view name) {
  std::string path = absl::StrCat(std::getenv("TEST_TMPDIR"), "/", name);
  unlink(path.c_str());
  return path;
}

// A FIFO and one who writes into it.
class FifoSourceTest : public ::testing::Test {
 protected:
  FifoSourceTest() : path_(NewPath("camera.fifo")), source_(recorder_.strand(), {path_}) {
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
  }
  ~FifoSourceTest() override { Leave(); }

  void Come() { fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC); }
  void Write(const std::string& bytes) {
    EXPECT_EQ(write(fd_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void Leave() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  const std::string path_;
  int fd_ = -1;
  AttemptRecorder recorder_;
  FifoSource source_;
};

TEST_F(FifoSourceTest, UnitsComeWithTheirTrackAndArrival) {
  recorder_.Open(source_);
  Come();
  Write(kKey + kDelta + kDelta);
  ASSERT_TRUE(recorder_.WaitForPackets(2));
  const Events events = recorder_.events();
  ASSERT_EQ(events.infos.size(), 1u);
  EXPECT_EQ(events.infos[0].tracks[0].codec, media::Codec::kH264);
  EXPECT_FALSE(events.infos[0].tracks[0].pps.empty());
  EXPECT_EQ(*events.packets[0].payload, kKey);
  EXPECT_TRUE(events.packets[0].key);
  EXPECT_EQ(*events.packets[1].payload, kDelta);
  EXPECT_GT(events.packets[1].pts, events.packets[0].pts);
  EXPECT_NE(events.packets[0].arrival_time, absl::InfinitePast());
}

TEST_F(FifoSourceTest, TheLastUnitBeforeAPauseComesOnceSilenceIsBelieved) {
  recorder_.Open(source_);
  Come();
  Write(kKey);
  // The units that silence does not end are ended by the next one: n writes, n - 1 packets. Then
  // silence is believed, and the last one comes without another.
  for (size_t written = 1; written < 200; ++written) {
    Write(kDelta);
    ASSERT_TRUE(recorder_.WaitForPackets(written));
    const auto all_came = [&](const Events& events) { return events.packets.size() > written; };
    if (recorder_.WaitFor(all_came, absl::Milliseconds(10))) return;
  }
  FAIL() << "no unit ended by silence";
}

TEST_F(FifoSourceTest, WritersComeAndGo) {
  recorder_.Open(source_);
  Come();
  Write(kKey + kDelta);
  Leave();
  ASSERT_TRUE(recorder_.WaitForPackets(2));
  Come();
  Write(kDelta + kKey + kDelta);
  Leave();
  ASSERT_TRUE(recorder_.WaitForPackets(4));
  const Events events = recorder_.events();
  EXPECT_EQ(*events.packets[2].payload, kKey);
  EXPECT_EQ(events.lost, 1u);
  EXPECT_EQ(events.infos.size(), 1u);
  EXPECT_FALSE(events.end.has_value());
}

TEST_F(FifoSourceTest, AStreamWithoutParameterSetsIsNoted) {
  recorder_.Open(source_);
  Come();
  Write(kDelta + kDelta + kDelta);
  ASSERT_TRUE(recorder_.WaitFor([](const Events& events) { return events.lost == 2; }));
  EXPECT_EQ(recorder_.events().notes.size(), 1u);
}

TEST_F(FifoSourceTest, ClosesWhileTheWriterWrites) {
  recorder_.Open(source_);
  Come();
  Write(kKey);
  recorder_.Close();
  recorder_.Open(source_);
  // Who opens it to write waits for the reader.
  Leave();
  Come();
  Write(kKey + kKey);
  EXPECT_TRUE(recorder_.WaitForPackets(1));
}

TEST(FifoSource, WhatIsNoFifoIsSaid) {
  AttemptRecorder recorder;
  const std::string missing = NewPath("missing");
  FifoSource absent(recorder.strand(), {missing});
  recorder.Open(absent);
  EXPECT_EQ(recorder.WaitForEnd().code(), absl::StatusCode::kNotFound);
  const std::string file = NewPath("file");
  std::ofstream(file) << "text";
  FifoSource wrong(recorder.strand(), {file});
  recorder.Open(wrong);
  EXPECT_EQ(recorder.WaitForEnd().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace relayfleet::ingest
