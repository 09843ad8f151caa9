// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/message_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/rtsp/message.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::ElementsAre;

// One line per message; "error" ends the list.
void Drain(MessageParser* parser, std::vector<std::string>* seen) {
  while (true) {
    const absl::StatusOr<std::optional<Message>> message = parser->Next();
    if (!message.ok()) return seen->push_back("error");
    if (!message->has_value()) return;
    if (const auto* request = std::get_if<Request>(&**message)) {
      seen->push_back(absl::StrCat(request->method, " ", request->uri, " ", request->body));
    } else if (const auto* response = std::get_if<Response>(&**message)) {
      seen->push_back(absl::StrCat(response->code, " ", response->reason, " ", response->body));
    } else if (const auto* frame = std::get_if<InterleavedFrame>(&**message)) {
      seen->push_back(absl::StrCat("$", frame->channel, " ", frame->payload));
    }
  }
}

std::vector<std::string> Parse(absl::string_view bytes, MessageParser::Options options = {}) {
  MessageParser parser(options);
  std::vector<std::string> seen;
  parser.Append(bytes);
  Drain(&parser, &seen);
  return seen;
}

std::string Mixed() {
  return absl::StrCat("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc",
                      absl::string_view("$\1\0\2hi", 6),
                      "OPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\n\r\n", absl::string_view("$\0\0\0", 4),
                      "RTSP/1.0 404 Not Found\r\n\r\n");
}

const auto kMixed = ElementsAre("200 OK abc", "$1 hi", "OPTIONS * ", "$0 ", "404 Not Found ");

TEST(MessageParser, ReadsMessagesAndFramesInTheirOrder) { EXPECT_THAT(Parse(Mixed()), kMixed); }

TEST(MessageParser, DoesNotMindWhereTheBytesAreCut) {
  const std::string bytes = Mixed();
  for (size_t step = 1; step < 8; ++step) {
    MessageParser parser({});
    std::vector<std::string> seen;
    for (size_t at = 0; at < bytes.size(); at += step) {
      parser.Append(absl::string_view(bytes).substr(at, step));
      Drain(&parser, &seen);
    }
    EXPECT_THAT(seen, kMixed) << step;
  }
}

TEST(MessageParser, HeaderNamesHaveNoCase) {
  MessageParser parser({});
  parser.Append("RTSP/1.0 401 No\r\nwww-authenticate: Basic\r\nWWW-Authenticate:\tDigest \r\n\r\n");
  const absl::StatusOr<std::optional<Message>> message = parser.Next();
  ASSERT_TRUE(message.ok() && message->has_value());
  const auto& response = std::get<Response>(**message);
  EXPECT_THAT(response.headers.GetAll("WWW-AUTHENTICATE"), ElementsAre("Basic", "Digest"));
  EXPECT_EQ(response.headers.Get("CSeq"), "");
}

TEST(MessageParser, RefusesWhatIsNoRtsp) {
  for (const char* bytes : {
           "\x16\x03\x01 TLS",
           "<html>",
           "HTTP/1.1 200 OK\r\n\r\n",
           "RTSP/2.0 200 OK\r\n\r\n",
           "RTSP/1.0 20 OK\r\n\r\n",
           "RTSP/1.0 099 OK\r\n\r\n",
           "RTSP/1.0 abc OK\r\n\r\n",
           "OPTIONS *\r\n\r\n",
           "OPT IONS * RTSP/1.0\r\n\r\n",
           "RTSP/1.0 200 OK\r\nno colon\r\n\r\n",
           "RTSP/1.0 200 OK\r\nA b: c\r\n\r\n",
           "RTSP/1.0 200 OK\r\nA: b\nInjected: c\r\n\r\n",
           "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
           "RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
       }) {
    EXPECT_THAT(Parse(bytes), ElementsAre("error")) << bytes;
  }
}

TEST(MessageParser, KeepsItsLimits) {
  const MessageParser::Options options = {.max_head = 64, .max_headers = 2, .max_body = 4};
  EXPECT_THAT(Parse(std::string(64, 'A'), options), ElementsAre("error"));
  EXPECT_THAT(Parse("RTSP/1.0 200 OK\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", options),
              ElementsAre("error"));
  EXPECT_THAT(Parse("RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", options), ElementsAre("error"));
  EXPECT_THAT(Parse("RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nabcd", options),
              ElementsAre("200 OK abcd"));
}

TEST(MessageParser, ReadsWhatSerializeWrites) {
  Request request{.method = "ANNOUNCE", .uri = "rtsp://h/p", .body = "v=0\r\n"};
  request.headers.Add("CSeq", "7");
  EXPECT_THAT(Parse(Serialize(request)), ElementsAre("ANNOUNCE rtsp://h/p v=0\r\n"));
  EXPECT_THAT(Parse(Serialize(Response{.code = 501, .reason = "Not Implemented"})),
              ElementsAre("501 Not Implemented "));
}

}  // namespace
}  // namespace relayfleet::rtsp
