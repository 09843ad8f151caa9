// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rtsp/testing/publisher_harness.h"
#include "libs/rtsp/testing/scripted_server.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::PublisherHarness;
using testing::ScriptedServer;
using ::testing::StartsWith;

constexpr char kDigest[] = R"(Digest realm="r", nonce="one", algorithm="SHA-256")";
constexpr char kStale[] = R"(Digest realm="r", nonce="two", algorithm="SHA-256", stale=true)";

class PublisherTest : public ::testing::Test {
 protected:
  void Record(Publisher::Options options) {
    harness_.Start(std::move(options));
    server_.PlayPublishHandshake();
    ASSERT_THAT(harness_.events().WaitFor(1), ElementsAre("recording"));
  }

  std::string Closed(size_t after) {
    const std::vector<std::string> events = harness_.events().WaitFor(after + 1);
    EXPECT_EQ(events.size(), after + 1);
    return events.empty() ? "" : events.back();
  }

  ScriptedServer server_;
  PublisherHarness harness_;
};

TEST_F(PublisherTest, AnnouncesSetsUpAndRecords) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url()));
  server_.Accept();
  const Request announce = server_.ExpectRequest("ANNOUNCE");
  EXPECT_EQ(announce.uri, server_.Url());
  EXPECT_EQ(announce.headers.Get("Content-Type"), "application/sdp");
  EXPECT_THAT(announce.body, HasSubstr("packetization-mode=1"));
  EXPECT_THAT(announce.body, HasSubstr("sprop-parameter-sets=Z0LAH9kAUAW7ARAAAAMAEAAAAwCg8YMkgA==,"
                                       "aMuDyyA="));
  server_.Reply(announce);
  const Request setup = server_.ExpectRequest("SETUP");
  EXPECT_EQ(setup.uri, server_.Url() + "/trackID=0");
  EXPECT_EQ(setup.headers.Get("Transport"), "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record");
  EXPECT_EQ(setup.headers.Get("Session"), "");
  server_.Reply(setup, 200,
                {{"Session", "abc;timeout=30"}, {"Transport", "RTP/AVP/TCP;interleaved=0-1"}}, "");
  const Request record = server_.ExpectRequest("RECORD");
  EXPECT_EQ(record.uri, server_.Url());
  EXPECT_EQ(record.headers.Get("Session"), "abc");
  EXPECT_THAT(harness_.events().Now(), IsEmpty());
  EXPECT_FALSE(harness_.ready());
  server_.Reply(record);
  EXPECT_THAT(harness_.events().WaitFor(1), ElementsAre("recording"));
  EXPECT_TRUE(harness_.ready());
}

TEST_F(PublisherTest, AnswersAChallengeOnceAndThenAheadOfIt) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url("user:pa%40ss@", "live/cam")));
  server_.Accept();
  const Request first = server_.ExpectRequest("ANNOUNCE");
  EXPECT_EQ(first.uri, server_.Url());
  EXPECT_EQ(first.headers.Get("Authorization"), "");
  server_.Reply(first, 401, {{"WWW-Authenticate", kDigest}}, "");
  const Request second = server_.ExpectRequest("ANNOUNCE");
  EXPECT_THAT(std::string(second.headers.Get("Authorization")), HasSubstr("username=\"user\""));
  EXPECT_EQ(second.body, first.body);
  server_.Reply(second);
  EXPECT_NE(server_.ExpectRequest("SETUP").headers.Get("Authorization"), "");
}

TEST_F(PublisherTest, AnswersBasic) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url("user:pass@", "live/cam")));
  server_.Accept();
  server_.Reply(server_.ExpectRequest("ANNOUNCE"), 401, {{"WWW-Authenticate", "Basic realm=\"r\""}},
                "");
  EXPECT_EQ(server_.ExpectRequest("ANNOUNCE").headers.Get("Authorization"), "Basic dXNlcjpwYXNz");
}

TEST_F(PublisherTest, TriesAStaleNonceOnceMore) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url("user:pass@", "live/cam")));
  server_.Accept();
  server_.Reply(server_.ExpectRequest("ANNOUNCE"), 401, {{"WWW-Authenticate", kDigest}}, "");
  server_.Reply(server_.ExpectRequest("ANNOUNCE"), 401, {{"WWW-Authenticate", kStale}}, "");
  const Request third = server_.ExpectRequest("ANNOUNCE");
  EXPECT_THAT(std::string(third.headers.Get("Authorization")), HasSubstr("nonce=\"two\""));
  server_.Reply(third, 401, {{"WWW-Authenticate", kStale}}, "");
  EXPECT_THAT(Closed(0), StartsWith("closed UNAUTHENTICATED"));
}

TEST_F(PublisherTest, WrongPasswordEndsWithoutNamingIt) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url("user:secret@", "live/cam")));
  server_.Accept();
  server_.Reply(server_.ExpectRequest("ANNOUNCE"), 401, {{"WWW-Authenticate", kDigest}}, "");
  server_.Reply(server_.ExpectRequest("ANNOUNCE"), 401, {{"WWW-Authenticate", kDigest}}, "");
  const std::string closed = Closed(0);
  EXPECT_THAT(closed, StartsWith("closed UNAUTHENTICATED"));
  EXPECT_THAT(closed, Not(HasSubstr("secret")));
  server_.ExpectClosed();
}

TEST_F(PublisherTest, RefusalsHaveTheirCodes) {
  const std::vector<std::pair<int, std::string>> cases = {
      {400, "FAILED_PRECONDITION"}, {403, "PERMISSION_DENIED"},   {404, "NOT_FOUND"},
      {302, "FAILED_PRECONDITION"}, {461, "FAILED_PRECONDITION"}, {503, "UNAVAILABLE"}};
  for (const auto& [code, name] : cases) {
    PublisherHarness harness;
    harness.Start(PublisherHarness::OptionsFor(server_.Url()));
    server_.Accept();
    server_.Reply(server_.ExpectRequest("ANNOUNCE"), code, {{"Location", "rtsp://192.0.2.1/x"}},
                  "");
    EXPECT_THAT(harness.events().WaitFor(1), ElementsAre(StartsWith("closed " + name)));
    server_.ExpectClosed();
  }
}

TEST_F(PublisherTest, GarbageEndsIt) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url()));
  server_.Accept();
  server_.ExpectRequest("ANNOUNCE");
  server_.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_THAT(Closed(0), StartsWith("closed INTERNAL"));
}

TEST_F(PublisherTest, AnotherTransportEndsIt) {
  harness_.Start(PublisherHarness::OptionsFor(server_.Url()));
  server_.Accept();
  server_.Reply(server_.ExpectRequest("ANNOUNCE"));
  server_.Reply(server_.ExpectRequest("SETUP"), 200, {{"Transport", "RTP/AVP;unicast"}}, "");
  EXPECT_THAT(Closed(0), StartsWith("closed INTERNAL"));
}

TEST_F(PublisherTest, SilentServerMeetsTheDeadline) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.handshake_timeout = absl::Milliseconds(50);
  harness_.Start(std::move(options));
  EXPECT_THAT(Closed(0), StartsWith("closed DEADLINE_EXCEEDED"));
}

TEST_F(PublisherTest, NobodyListeningIsUnavailable) {
  std::string url;
  {
    ScriptedServer gone;
    url = gone.Url();
  }
  harness_.Start(PublisherHarness::OptionsFor(url));
  EXPECT_THAT(Closed(0), StartsWith("closed UNAVAILABLE: cannot connect"));
}

TEST_F(PublisherTest, AddressCheckIsAskedBeforeConnecting) {
  Publisher::Options options = PublisherHarness::OptionsFor(server_.Url());
  options.address_check = [](const boost::asio::ip::address& address) {
    return absl::PermissionDeniedError("not " + address.to_string());
  };
  harness_.Start(std::move(options));
  EXPECT_EQ(Closed(0), "closed PERMISSION_DENIED: not 127.0.0.1");
}

TEST_F(PublisherTest, AnswersTheServersRequests) {
  Record(PublisherHarness::OptionsFor(server_.Url()));
  server_.Send("OPTIONS * RTSP/1.0\r\nCSeq: 70\r\n\r\n");
  const Response options = server_.ExpectResponse();
  EXPECT_EQ(options.code, 200);
  EXPECT_EQ(options.headers.Get("CSeq"), "70");
  server_.Send("GET_PARAMETER rtsp://x/ RTSP/1.0\r\nCSeq: 71\r\n\r\n");
  EXPECT_EQ(server_.ExpectResponse().code, 200);
  server_.Send("PLAY rtsp://x/ RTSP/1.0\r\nCSeq: 72\r\n\r\n");
  EXPECT_EQ(server_.ExpectResponse().code, 501);
  // A receiver report is read and changes nothing.
  server_.Send(absl::string_view("$\1\0\4abcd", 8));
  server_.Send("TEARDOWN rtsp://x/ RTSP/1.0\r\nCSeq: 73\r\n\r\n");
  EXPECT_THAT(Closed(1), StartsWith("closed UNAVAILABLE: the server ended the session"));
}

}  // namespace
}  // namespace relayfleet::rtsp
