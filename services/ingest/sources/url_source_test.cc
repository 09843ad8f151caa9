// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/url_source.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/av/testing/ffmpeg_process.h"
#include "libs/av/testing/recording.h"
#include "libs/storage/testing/range_server.h"
#include "services/ingest/sources/testing/attempt_recorder.h"

namespace relayfleet::ingest {
namespace {

using av::testing::FfmpegProcess;
using av::testing::kLivePicture;
using av::testing::kTwoSeconds;
using av::testing::MakeRecording;
using storage::testing::RangeServer;
using testing::AttemptRecorder;
using testing::Events;
using ::testing::HasSubstr;

std::string Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

uint16_t FreePort() {
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor acceptor(io,
                                                {boost::asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

class UrlSourceTest : public ::testing::Test {
 protected:
  absl::Status EndOf(const std::string& url) {
    UrlSource source = SourceOf(url);
    recorder_.Open(source);
    return recorder_.WaitForEnd();
  }
  UrlSource SourceOf(const std::string& url) {
    return UrlSource(
        recorder_.strand(), &threads_,
        {.url = *base::SecretUrl::Parse(url),
         .policy = *base::UrlPolicy::Create(
             {.schemes = {"http", "srt", "rtmp", "file"}, .deny = {"203.0.113.0/24"}})});
  }

  SourceThreads threads_;
  AttemptRecorder recorder_;
};

TEST_F(UrlSourceTest, PlaysHls) {
  const std::string segment = Load(MakeRecording("two.ts", kTwoSeconds));
  const std::string playlist =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\npart.ts\n#EXT-X-ENDLIST\n";
  RangeServer server([&](int, const std::string& path) {
    return RangeServer::Reply{.body = absl::EndsWith(path, ".m3u8") ? playlist : segment};
  });
  UrlSource source = SourceOf(server.Url("/cam/live.m3u8"));
  recorder_.Open(source);
  ASSERT_TRUE(recorder_.WaitForPackets(20));
  const Events events = recorder_.events();
  EXPECT_EQ(events.infos[0].tracks[0].codec, media::Codec::kH264);
  EXPECT_EQ(recorder_.WaitForEnd().code(), absl::StatusCode::kUnavailable);
}

// What libav serves to who comes, by its own protocols.
class UrlSourceProtocols
    : public UrlSourceTest,
      public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(UrlSourceProtocols, PlayAsTheyCome) {
  const auto& [served, read] = GetParam();
  const uint16_t port = FreePort();
  const FfmpegProcess server(absl::StrCat(kLivePicture, " ", absl::Substitute(served, port)));
  UrlSource source = SourceOf(absl::Substitute(read, port));
  const auto settled = [](const Events& events) {
    return events.end.has_value() || events.packets.size() > 10;
  };
  // Until it listens.
  for (int i = 0; i < 100; ++i) {
    recorder_.Open(source);
    recorder_.WaitFor(settled);
    if (!recorder_.events().end.has_value()) break;
    recorder_.WaitFor([](const Events&) { return false; }, absl::Milliseconds(50));
  }
  const Events events = recorder_.events();
  ASSERT_GT(events.packets.size(), 10u);
  EXPECT_EQ(events.infos[0].tracks[0].codec, media::Codec::kH264);
  EXPECT_EQ(events.infos[0].tracks[0].width, 320);
  EXPECT_TRUE(events.packets[0].key);
  const auto begin = absl::Now();
  recorder_.Close();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(1));
}

INSTANTIATE_TEST_SUITE_P(
    All, UrlSourceProtocols,
    ::testing::Values(std::make_pair("-f mpegts 'srt://127.0.0.1:$0?mode=listener'",
                                     "srt://localhost:$0"),
                      std::make_pair("-f flv -listen 1 rtmp://127.0.0.1:$0/live/camera",
                                     "rtmp://localhost:$0/live/camera")),
    [](const auto& info) {
      return std::string(info.param.second).substr(0, 4) == "rtmp" ? "Rtmp" : "Srt";
    });

TEST_F(UrlSourceTest, APlaylistReachesNoFilesAndNoForbiddenHosts) {
  const std::string path = MakeRecording("two.ts", kTwoSeconds);
  for (const std::string& part :
       {absl::StrCat("file:", path), path, std::string("http://203.0.113.9/two.ts"),
        std::string("http://169.254.169.254/two.ts")}) {
    RangeServer server([&](int, const std::string& asked) {
      const std::string playlist = absl::StrCat("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n",
                                                part, "\n#EXT-X-ENDLIST\n");
      return absl::EndsWith(asked, ".m3u8") ? RangeServer::Reply{.body = playlist}
                                            : RangeServer::Reply{.body = "", .status = 404};
    });
    EXPECT_FALSE(EndOf(server.Url("/live.m3u8")).ok()) << part;
    EXPECT_TRUE(recorder_.events().packets.empty()) << part;
  }
}

TEST_F(UrlSourceTest, WhatMayNotBeReadIsRefused) {
  EXPECT_EQ(EndOf("ftp://127.0.0.1/video").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(EndOf("file://localhost/etc/passwd").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(EndOf("rtmp://203.0.113.9/live").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(EndOf("srt://169.254.169.254:9000").code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(UrlSourceTest, NobodyThereIsUnavailableAndNamesNoCredentials) {
  const absl::Status end = EndOf("rtmp://user:geheim@127.0.0.1:1/live/cam");
  EXPECT_EQ(end.code(), absl::StatusCode::kUnavailable) << end;
  EXPECT_THAT(std::string(end.message()), ::testing::Not(HasSubstr("geheim")));
}

TEST_F(UrlSourceTest, ClosesAtOnceWhileItConnects) {
  RangeServer silent([](int, const std::string&) { return RangeServer::Reply{.silent = true}; });
  UrlSource source = SourceOf(silent.Url("/live.m3u8"));
  recorder_.Open(source);
  while (silent.requests() == 0) std::this_thread::yield();
  recorder_.Close();
  EXPECT_FALSE(recorder_.events().end.has_value());
}

}  // namespace
}  // namespace relayfleet::ingest
