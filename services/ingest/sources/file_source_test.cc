// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/file_source.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/av/testing/recording.h"
#include "libs/storage/testing/range_server.h"
#include "services/ingest/sources/testing/attempt_recorder.h"

namespace relayfleet::ingest {
namespace {

using av::testing::kTwoSeconds;
using av::testing::MakeRecording;
using storage::testing::RangeServer;
using testing::AttemptRecorder;
using testing::Events;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Fourteen frames and a tone that is longer.
std::string ShortRecording() {
  return MakeRecording("short.mp4",
                       "-f lavfi -i testsrc2=size=160x120:rate=50:duration=0.28 "
                       "-f lavfi -i sine=duration=0.5:sample_rate=48000 -c:v libx264 "
                       "-preset veryfast -bf 2 -g 100 -pix_fmt yuv420p -c:a aac");
}

std::string Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

base::UrlPolicy AnyHttp() { return *base::UrlPolicy::Create({.schemes = {"http", "https"}}); }

std::vector<media::Packet> OfTrack(const Events& events, uint32_t track) {
  std::vector<media::Packet> packets;
  for (const media::Packet& packet : events.packets) {
    if (packet.track == track) packets.push_back(packet);
  }
  return packets;
}

class FileSourceTest : public ::testing::Test {
 protected:
  absl::Status EndOf(FileSource::Options options) {
    FileSource source(recorder_.strand(), &threads_, std::move(options));
    recorder_.Open(source);
    return recorder_.WaitForEnd();
  }
  absl::Status EndOfFile(const std::string& path) {
    return EndOf({.location = FileSource::LocalFile{path}});
  }

  SourceThreads threads_;
  AttemptRecorder recorder_;
};

TEST_F(FileSourceTest, PlaysInRealTimeAndEnds) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(EndOfFile(MakeRecording("two.mp4", kTwoSeconds)), absl::OkStatus());
  const auto taken = absl::FromChrono(std::chrono::steady_clock::now() - begin);
  const Events events = recorder_.events();
  ASSERT_THAT(events.infos, SizeIs(1));
  EXPECT_THAT(events.infos[0].tracks, SizeIs(2));
  EXPECT_THAT(OfTrack(events, 0), SizeIs(50));
  EXPECT_GE(taken, absl::Milliseconds(1900));
  EXPECT_EQ(events.packets[0].generation, events.infos[0].generation);
  EXPECT_NE(events.packets[0].arrival_time, absl::InfinitePast());
}

TEST_F(FileSourceTest, LoopsWithoutASeam) {
  FileSource source(recorder_.strand(), &threads_,
                    {.location = FileSource::LocalFile{ShortRecording()}, .loop = true});
  recorder_.Open(source);
  ASSERT_TRUE(recorder_.WaitFor(
      [](const Events& events) { return OfTrack(events, 0).size() >= 3 * 14 + 1; }));
  recorder_.Close();
  const Events events = recorder_.events();
  EXPECT_THAT(events.infos, SizeIs(1));
  const std::vector<media::Packet> video = OfTrack(events, 0);
  EXPECT_TRUE(video[14].key && video[28].key);
  EXPECT_NE(video[1].pts, video[1].dts);
  for (size_t i = 1; i < video.size(); ++i) EXPECT_EQ(video[i].dts - video[i - 1].dts, 1800) << i;
  const std::vector<media::Packet> audio = OfTrack(events, 1);
  ASSERT_GT(audio.size(), 30u);
  for (size_t i = 1; i < audio.size(); ++i) EXPECT_GT(audio[i].dts, audio[i - 1].dts);
  EXPECT_FALSE(events.end.has_value());
}

TEST_F(FileSourceTest, AnObjectBehindHttpIsReadInParts) {
  const std::string bytes = Load(ShortRecording());
  RangeServer server([&](int number, const std::string&) {
    return RangeServer::Reply{.body = bytes, .break_after = number == 0 ? size_t{2000} : SIZE_MAX};
  });
  EXPECT_EQ(
      EndOf({.location = FileSource::WebObject{*base::SecretUrl::Parse(server.Url("/short.mp4")),
                                               AnyHttp()}}),
      absl::OkStatus());
  EXPECT_THAT(OfTrack(recorder_.events(), 0), SizeIs(14));
}

TEST_F(FileSourceTest, AForbiddenAddressIsNotDialled) {
  RangeServer server([&](int, const std::string&) { return RangeServer::Reply{}; });
  const auto policy = base::UrlPolicy::Create({.schemes = {"http"}, .deny = {"127.0.0.0/8"}});
  const std::string url = absl::StrCat("http://localhost", server.Url("").substr(16));
  const absl::Status end =
      EndOf({.location = FileSource::WebObject{*base::SecretUrl::Parse(url), *policy}});
  EXPECT_EQ(end.code(), absl::StatusCode::kPermissionDenied) << end;
  EXPECT_EQ(server.requests(), 0);
}

TEST_F(FileSourceTest, WhatCanNotBeReadIsSaid) {
  const std::string folder = std::getenv("TEST_TMPDIR");
  EXPECT_EQ(EndOfFile(folder + "/missing.mp4").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(EndOfFile(folder).code(), absl::StatusCode::kInvalidArgument);
  std::ofstream(folder + "/empty.mp4").flush();
  const absl::Status empty = EndOfFile(folder + "/empty.mp4");
  EXPECT_EQ(empty.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(empty.message()), HasSubstr("empty"));
  std::ofstream(folder + "/text.mp4") << std::string(5000, 'x');
  const absl::Status text = EndOfFile(folder + "/text.mp4");
  EXPECT_EQ(text.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(text.message()), HasSubstr("text.mp4"));
}

TEST_F(FileSourceTest, AMissingObjectIsSaidWithoutCredentials) {
  RangeServer server(
      [](int, const std::string&) { return RangeServer::Reply{.body = "", .status = 404}; });
  std::string url = server.Url("/video.mp4?token=geheim");
  url.insert(7, "user:passwort@");
  const absl::Status end =
      EndOf({.location = FileSource::WebObject{*base::SecretUrl::Parse(url), AnyHttp()}});
  EXPECT_EQ(end.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(end.message()), ::testing::Not(HasSubstr("passwort")));
  EXPECT_THAT(std::string(end.message()), ::testing::Not(HasSubstr("geheim")));
}

TEST_F(FileSourceTest, ClosesAtOnceWhileAServerIsSilent) {
  RangeServer server([](int, const std::string&) { return RangeServer::Reply{.silent = true}; });
  FileSource source(
      recorder_.strand(), &threads_,
      {.location = FileSource::WebObject{*base::SecretUrl::Parse(server.Url("/v")), AnyHttp()}});
  recorder_.Open(source);
  while (server.requests() == 0) std::this_thread::yield();
  const auto begin = std::chrono::steady_clock::now();
  recorder_.Close();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(FileSourceTest, NamesItsRecording) {
  const FileSource source(recorder_.strand(), &threads_,
                          {.location = FileSource::S3Object{{}, "videos", "a/b.mp4"}});
  EXPECT_EQ(source.name(), "s3://videos/a/b.mp4");
}

}  // namespace
}  // namespace relayfleet::ingest
