// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/testing/scripted_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/write.hpp>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp::testing {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int kPatienceMs = 5000;

bool Readable(int socket) {
  pollfd waiting = {.fd = socket, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, kPatienceMs) == 1;
}

}  // namespace

ScriptedServer::ScriptedServer(int receive_buffer)
    : ScriptedServer(asio::ip::address_v4::loopback(), receive_buffer) {}

ScriptedServer::ScriptedServer(const asio::ip::address& address, int receive_buffer)
    : acceptor_(io_), socket_(io_) {
  acceptor_.open(address.is_v6() ? tcp::v6() : tcp::v4());
  // Accepted sockets inherit it.
  if (receive_buffer > 0) {
    acceptor_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
  }
  acceptor_.bind({address, 0});
  acceptor_.listen();
}

std::string ScriptedServer::Url(absl::string_view credentials, absl::string_view path) const {
  const tcp::endpoint endpoint = acceptor_.local_endpoint();
  const std::string host = endpoint.address().is_v6() ? "[::1]" : "127.0.0.1";
  return absl::StrCat("rtsp://", credentials, host, ":", endpoint.port(), "/", path);
}

void ScriptedServer::Accept() {
  ASSERT_TRUE(Readable(acceptor_.native_handle())) << "nobody connects";
  socket_ = acceptor_.accept();
  parser_.emplace(MessageParser::Options());
  last_cseq_ = 0;
}

bool ScriptedServer::Receive() {
  if (!Readable(socket_.native_handle())) {
    ADD_FAILURE() << "the client sends nothing";
    return false;
  }
  std::array<char, 65536> bytes;
  const ssize_t size = recv(socket_.native_handle(), bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  parser_->Append(absl::string_view(bytes.data(), static_cast<size_t>(size)));
  return true;
}

std::optional<std::variant<Request, Response, ScriptedServer::Frame>> ScriptedServer::Next() {
  while (true) {
    absl::StatusOr<std::optional<Message>> message = parser_->Next();
    if (!message.ok()) {
      ADD_FAILURE() << message.status();
      return std::nullopt;
    }
    if (message->has_value()) {
      if (auto* request = std::get_if<Request>(&**message)) return *request;
      if (auto* response = std::get_if<Response>(&**message)) return *response;
      const auto& frame = std::get<InterleavedFrame>(**message);
      return Frame{.channel = frame.channel, .payload = std::string(frame.payload)};
    }
    if (!Receive()) return std::nullopt;
  }
}

Request ScriptedServer::ExpectRequest(absl::string_view method) {
  const auto message = Next();
  if (!message.has_value() || !std::holds_alternative<Request>(*message)) {
    ADD_FAILURE() << "no request, but " << method << " was expected";
    return {};
  }
  const auto& request = std::get<Request>(*message);
  EXPECT_EQ(request.method, method);
  int cseq = 0;
  EXPECT_TRUE(absl::SimpleAtoi(request.headers.Get("CSeq"), &cseq));
  EXPECT_TRUE(last_cseq_ == 0 || cseq == last_cseq_ + 1) << "CSeq " << cseq;
  last_cseq_ = cseq;
  return request;
}

Response ScriptedServer::ExpectResponse() {
  const auto message = Next();
  if (!message.has_value() || !std::holds_alternative<Response>(*message)) {
    ADD_FAILURE() << "no answer";
    return {};
  }
  return std::get<Response>(*message);
}

ScriptedServer::Frame ScriptedServer::ExpectFrame() {
  const auto message = Next();
  if (!message.has_value() || !std::holds_alternative<Frame>(*message)) {
    ADD_FAILURE() << "no interleaved frame";
    return {};
  }
  return std::get<Frame>(*message);
}

void ScriptedServer::ExpectClosed() {
  while (Next().has_value()) {
  }
}

void ScriptedServer::Reply(const Request& request, int code,
                           const std::vector<std::pair<std::string, std::string>>& headers,
                           absl::string_view body) {
  Response response{.code = code, .reason = "Scripted", .body = std::string(body)};
  response.headers.Add("CSeq", request.headers.Get("CSeq"));
  for (const auto& [name, value] : headers) response.headers.Add(name, value);
  Send(Serialize(response));
}

void ScriptedServer::Send(absl::string_view bytes) {
  boost::system::error_code ignored;
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
}

void ScriptedServer::CloseConnection() { socket_.close(); }

void ScriptedServer::PlayPublishHandshake() {
  Accept();
  Reply(ExpectRequest("ANNOUNCE"));
  Reply(ExpectRequest("SETUP"), 200,
        {{"Session", "12345678;timeout=60"},
         {"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record"}},
        "");
  Reply(ExpectRequest("RECORD"));
}

}  // namespace relayfleet::rtsp::testing
