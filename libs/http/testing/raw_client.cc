// SPDX-License-Identifier: Apache-2.0

#include "libs/http/testing/raw_client.h"

#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::http::testing {
namespace asio = boost::asio;
namespace beast = boost::beast;

RawClient::RawClient(int port) : socket_(io_) {
  boost::system::error_code ignored;
  socket_.connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)}, ignored);
}

absl::string_view RawClient::Reply::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

void RawClient::Send(absl::string_view bytes) {
  // A server that has seen enough closes early; what it said is read all the same.
  boost::system::error_code ignored;
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
}

absl::StatusOr<RawClient::Reply> RawClient::Read(bool to_head) {
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(boost::none);
  parser.skip(to_head);
  boost::system::error_code error;
  beast::http::read(socket_, buffer_, parser, error);
  if (error) return absl::UnavailableError(error.message());
  Reply reply;
  reply.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    reply.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  reply.body = parser.get().body();
  return reply;
}

absl::StatusOr<RawClient::Reply> RawClient::Ask(absl::string_view bytes) {
  Send(bytes);
  return Read(absl::StartsWith(bytes, "HEAD "));
}

bool RawClient::WaitClosed() {
  std::array<char, 1> byte;
  boost::system::error_code error;
  socket_.read_some(asio::buffer(byte), error);
  return error.failed();
}

void RawClient::Close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::string RequestText(absl::string_view method, absl::string_view target,
                        absl::string_view body) {
  return absl::StrCat(method, " ", target,
                      " HTTP/1.1\r\nHost: localhost\r\nContent-Length: ", body.size(), "\r\n\r\n",
                      body);
}

}  // namespace relayfleet::http::testing
