// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_SCRIPTED_SERVER_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_SCRIPTED_SERVER_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/rtsp/message.h"
#include "libs/rtsp/message_parser.h"

namespace relayfleet::rtsp::testing {

// An RTSP server that the test plays itself, line by line, on its own thread: each Expect blocks
// until the client has done its part, and fails the test if it does something else or nothing for
// 5 s. One connection at a time, on a free port of 127.0.0.1 or ::1.
class ScriptedServer {
 public:
  struct Frame {
    uint8_t channel = 0;
    std::string payload;
  };

  // `receive_buffer`: bytes the kernel takes before the test reads; 0: its default.
  explicit ScriptedServer(int receive_buffer);
  ScriptedServer() : ScriptedServer(0) {}
  // `address`: of this machine.
  ScriptedServer(const boost::asio::ip::address& address, int receive_buffer);

  // "rtsp://<credentials>127.0.0.1:port/path"; credentials as "user:pass@".
  std::string Url(absl::string_view credentials, absl::string_view path) const;
  std::string Url() const { return Url("", "live/cam"); }

  void Accept();
  // The next message is a request with that method (and, from the second on, the next CSeq).
  Request ExpectRequest(absl::string_view method);
  // The next message is an answer.
  Response ExpectResponse();
  // The next message is an interleaved frame.
  Frame ExpectFrame();
  // The client closes; requests and frames before that are skipped.
  void ExpectClosed();

  // Answers `request` with its CSeq and these headers.
  void Reply(const Request& request, int code,
             const std::vector<std::pair<std::string, std::string>>& headers,
             absl::string_view body);
  void Reply(const Request& request) { Reply(request, 200, {}, ""); }
  void Send(absl::string_view bytes);
  void CloseConnection();

  // Plays ANNOUNCE, SETUP and RECORD.
  void PlayPublishHandshake();

 private:
  // What the parser gives, copied; nullopt at the end of the connection.
  std::optional<std::variant<Request, Response, Frame>> Next();
  bool Receive();

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::socket socket_;
  std::optional<MessageParser> parser_;  // of the connection
  int last_cseq_ = 0;
};

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_SCRIPTED_SERVER_H_
