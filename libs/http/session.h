// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_SESSION_H_
#define RELAYFLEET_LIBS_HTTP_SESSION_H_

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/call.h"
#include "libs/http/connections.h"
#include "libs/http/message.h"
#include "libs/http/server.h"

namespace relayfleet::http {

// What the sessions of a server share.
struct ServerContext {
  Server::Options options;
  Handler handler;
  // Listen address to compare Host headers with; empty when they are not checked.
  std::string loopback;
  Connections connections;
};

// Of the request that is served: what its answer and the observer need once it was handed over.
struct CurrentRequest {
  std::string method;
  std::string path;
  std::string id;
  bool keep_alive = false;
  bool http10 = false;
  size_t bytes = 0;
  absl::Duration began;
};

// One connection: reads a request, has it served, writes the answer, again and again.
//
//   header -> (100 Continue) -> body -> handler ... Respond -> write -> header
//                 errors -> Refuse -> write -> read what the peer still sends -> close
//
// Everything runs on its strand; Connections keeps it alive until Close().
class Session final : public Connection,
                      public Call::Owner,
                      public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, base::AsioStrand::Native>;

  Session(Socket socket, std::shared_ptr<base::AsioStrand> strand,
          std::shared_ptr<ServerContext> server);
  ~Session() override;

  void Start();
  // Instead of Start(): there are too many connections.
  void SendAway();

  // Connection, Call::Owner; any thread.
  void CloseIfIdle() override;
  void Abort() override;
  void Answer(Response response) override;

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Error = boost::system::error_code;

  void ReadHeader();
  void OnHeader(Error error);
  void BeginRequest();
  bool HostIsOurs() const;
  void SendContinue();
  void ReadBody();
  void OnBody(Error error);
  void Dispatch();
  void WatchPeer();
  void OnPeerEvent(Error error);
  // Answers by itself and closes, since what follows on the connection can't be trusted.
  void Refuse(int status, absl::string_view message);
  void Write(Response response);
  void OnWritten(Error error);
  void Report(int status);
  void DiscardThenClose();
  void Discard(size_t left);
  void Close();

  const std::shared_ptr<base::AsioStrand> strand_;
  const std::shared_ptr<ServerContext> server_;
  boost::beast::basic_stream<boost::asio::ip::tcp, base::AsioStrand::Native> stream_;
  std::string remote_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::shared_ptr<Call> call_;
  std::optional<CurrentRequest> current_;
  Response response_;
  std::string response_header_;
  bool busy_ = false;
  bool watching_ = false;
  bool refused_ = false;
  bool closed_ = false;
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_SESSION_H_
