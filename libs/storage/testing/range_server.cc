// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/testing/range_server.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace relayfleet::storage::testing {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Request = http::request<http::empty_body>;

std::string Text(boost::beast::string_view view) { return {view.data(), view.size()}; }

// The answer as it goes over the wire, cut short if so told.
std::string Write(const RangeServer::Reply& reply, const std::string& range) {
  if (!reply.location.empty()) {
    return absl::StrCat("HTTP/1.1 302 Found\r\nLocation: ", reply.location,
                        "\r\nContent-Length: 0\r\n\r\n");
  }
  if (reply.status != 200) {
    return absl::StrCat("HTTP/1.1 ", reply.status,
                        " Refused\r\nContent-Length: ", reply.body.size(), "\r\n\r\n", reply.body);
  }
  size_t first = 0;
  const bool part = reply.parts && !range.empty();
  if (part) {
    absl::string_view digits = absl::StripPrefix(range, "bytes=");
    (void)absl::SimpleAtoi(digits.substr(0, digits.find('-')), &first);
    if (first >= reply.body.size()) {
      return "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n";
    }
  }
  const std::string head =
      absl::StrCat("HTTP/1.1 ", part ? "206 Partial Content" : "200 OK", "\r\nETag: ", reply.etag,
                   "\r\nContent-Length: ", reply.body.size() - first, "\r\n",
                   part ? absl::StrCat("Content-Range: bytes ", first, "-", reply.body.size() - 1,
                                       "/", reply.body.size(), "\r\n")
                        : "",
                   "\r\n");
  return head + reply.body.substr(first, reply.break_after);
}

}  // namespace

RangeServer::RangeServer(Script script)
    : script_(std::move(script)),
      acceptor_(io_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)),
      thread_([this] { Run(); }) {}

RangeServer::~RangeServer() {
  stopped_ = true;
  thread_.join();
}

std::string RangeServer::Url(const std::string& path) const {
  return absl::StrCat("http://127.0.0.1:", acceptor_.local_endpoint().port(), path);
}

std::vector<std::string> RangeServer::ranges() {
  base::MutexLock lock(&mutex_);
  return ranges_;
}

std::vector<std::string> RangeServer::authorizations() {
  base::MutexLock lock(&mutex_);
  return authorizations_;
}

void RangeServer::Run() {
  while (!stopped_) {
    pollfd waiting = {acceptor_.native_handle(), POLLIN, 0};
    if (poll(&waiting, 1, 20) <= 0) continue;
    error_code error;
    tcp::socket socket = acceptor_.accept(error);
    if (!error) Serve(socket);
  }
}

void RangeServer::Serve(tcp::socket& socket) {
  error_code error;
  boost::beast::flat_buffer buffer;
  Request request;
  http::read(socket, buffer, request, error);
  if (error) return;
  const std::string range = Text(request[http::field::range]);
  {
    base::MutexLock lock(&mutex_);
    ranges_.push_back(range);
    authorizations_.push_back(Text(request[http::field::authorization]));
  }
  const Reply reply = script_(requests_++, Text(request.target()));
  if (reply.silent) {
    while (!stopped_) {
      pollfd waiting = {socket.native_handle(), POLLIN, 0};
      if (poll(&waiting, 1, 20) > 0) return;
    }
    return;
  }
  const std::string answer = Write(reply, range);
  asio::write(socket, asio::buffer(answer), error);
}

}  // namespace relayfleet::storage::testing
