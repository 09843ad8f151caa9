// SPDX-License-Identifier: Apache-2.0

#include "libs/http/session.h"

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/http/host_check.h"
#include "libs/http/request_reader.h"
#include "libs/http/response_header.h"

namespace relayfleet::http {
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

// Read at once; also keeps Beast from beginning with 512 bytes.
constexpr size_t kReadBytes = 64 * 1024;
// After a refusal the peer's unread data is read away, for this long and this much: a close with
// unread data would be a reset, and the peer might never see why it was refused.
constexpr absl::Duration kDiscardTime = absl::Seconds(2);
constexpr size_t kDiscardBytes = 32 * 1024 * 1024;

constexpr absl::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr absl::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
    "Connection: close\r\n\r\n";

std::chrono::nanoseconds Chrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

bool IsMalformed(const boost::system::error_code& error) {
  return error.category() == make_error_code(beast::http::error::end_of_stream).category() &&
         error != beast::http::error::end_of_stream && error != beast::http::error::partial_message;
}

}  // namespace

Session::Session(Socket socket, std::shared_ptr<base::AsioStrand> strand,
                 std::shared_ptr<ServerContext> server)
    : strand_(std::move(strand)), server_(std::move(server)), stream_(std::move(socket)) {
  Error error;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), error);
  stream_.socket().non_blocking(true, error);  // for the look at what waits; the rest is async
  const auto remote = stream_.socket().remote_endpoint(error);
  if (!error) {
    remote_ = remote.address().is_v6()
                  ? absl::StrCat("[", remote.address().to_string(), "]:", remote.port())
                  : absl::StrCat(remote.address().to_string(), ":", remote.port());
  }
  buffer_.reserve(kReadBytes);
  server_->connections.Began();
}

Session::~Session() { server_->connections.Ended(); }

void Session::Start() {
  strand_->Post([self = shared_from_this()] { self->ReadHeader(); });
}

void Session::SendAway() {
  Error error;
  stream_.socket().write_some(asio::buffer(kTooMany.data(), kTooMany.size()), error);
  stream_.socket().close(error);
}

void Session::CloseIfIdle() {
  strand_->Post([self = shared_from_this()] {
    if (!self->busy_) self->Close();
  });
}

void Session::Abort() {
  strand_->Post([self = shared_from_this()] { self->Close(); });
}

void Session::Answer(Response response) {
  strand_->Post([self = shared_from_this(), response = std::move(response)]() mutable {
    self->Write(std::move(response));
  });
}

void Session::ReadHeader() {
  if (closed_) return;
  busy_ = false;
  if (server_->connections.draining()) return Close();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(server_->options.header_limit));
  parser_->body_limit(server_->options.body_limit);
  stream_.expires_after(Chrono(server_->options.idle_timeout));
  beast::http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, size_t) { self->OnHeader(error); });
}

void Session::OnHeader(Error error) {
  if (closed_) return;
  if (error && !IsMalformed(error)) return Close();
  BeginRequest();
  if (error == beast::http::error::body_limit) return Refuse(413, "the body is too large");
  if (error == beast::http::error::header_limit) return Refuse(431, "the header is too large");
  if (error) return Refuse(400, "the request can't be read");
  if (!HostIsOurs()) return Refuse(421, "this address does not serve the host asked for");
  const auto expect = parser_->get()[beast::http::field::expect];
  if (!parser_->is_done() && beast::iequals(expect, "100-continue")) return SendContinue();
  ReadBody();
}

void Session::BeginRequest() {
  busy_ = true;
  const auto& message = parser_->get();
  const auto method = message.method_string();
  current_.emplace();
  current_->method = std::string(method.data(), method.size());
  current_->id = RequestId(message);
  current_->keep_alive = message.keep_alive();
  current_->http10 = message.version() < 11;
  current_->began = strand_->clock().Monotonic();
  if (server_->options.observer != nullptr) server_->options.observer->OnRequest();
}

bool Session::HostIsOurs() const {
  if (server_->loopback.empty()) return true;
  const auto host = parser_->get()[beast::http::field::host];
  // Browsers always name the host; tools that speak HTTP/1.0 may not.
  if (host.empty() && current_->http10) return true;
  return NamesLoopback(absl::string_view(host.data(), host.size()), server_->loopback);
}

void Session::SendContinue() {
  stream_.expires_after(Chrono(server_->options.write_timeout));
  asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                    [self = shared_from_this()](Error error, size_t) {
                      if (self->closed_) return;
                      if (error) return self->Close();
                      self->ReadBody();
                    });
}

void Session::ReadBody() {
  if (parser_->is_done()) return Dispatch();
  stream_.expires_after(Chrono(server_->options.body_timeout));
  beast::http::async_read(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, size_t) { self->OnBody(error); });
}

void Session::OnBody(Error error) {
  if (closed_) return;
  if (error == beast::http::error::body_limit) return Refuse(413, "the body is too large");
  if (IsMalformed(error)) return Refuse(400, "the body can't be read");
  if (error) return Close();
  Dispatch();
}

void Session::Dispatch() {
  absl::StatusOr<Request> request = ReadRequest(parser_->release());
  if (!request.ok()) return Refuse(400, request.status().message());
  request->remote = remote_;
  request->id = current_->id;
  current_->path = request->path;
  current_->bytes = request->body.size();
  stream_.expires_never();
  call_ = std::make_shared<Call>(weak_from_this());
  WatchPeer();
  server_->handler(*std::move(request), Responder(call_));
}

// While a request is served nothing is read, but the peer's end shall be seen. Bytes that wait
// (a pipelined request) hide it; then the answer's failure shows it.
void Session::WatchPeer() {
  if (watching_ || buffer_.size() > 0) return;
  watching_ = true;
  stream_.socket().async_wait(
      Socket::wait_read, [self = shared_from_this()](Error error) { self->OnPeerEvent(error); });
}

void Session::OnPeerEvent(Error error) {
  watching_ = false;
  if (closed_ || call_ == nullptr || error == asio::error::operation_aborted) return;
  // The event may be an old one, of bytes that were read before the watch began: look.
  char byte = 0;
  const size_t size =
      error ? 0 : stream_.socket().receive(asio::buffer(&byte, 1), Socket::message_peek, error);
  if (error == asio::error::would_block) return WatchPeer();
  if (size == 0) call_->PeerGone();
}

void Session::Refuse(int status, absl::string_view message) {
  refused_ = true;
  current_->keep_alive = false;
  Write(server_->options.error(status, message));
}

void Session::Write(Response response) {
  if (closed_) return;
  current_->keep_alive &= !server_->connections.draining();
  response_ = std::move(response);
  response_header_ = ResponseHeader(
      response_,
      {.request_id = current_->id, .keep_alive = current_->keep_alive, .http10 = current_->http10});
  if (current_->method == "HEAD" || !HasBody(response_.status)) response_.body.clear();
  stream_.expires_after(Chrono(server_->options.write_timeout));
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(response_header_),
                                                     asio::buffer(response_.body)};
  asio::async_write(stream_, buffers,
                    [self = shared_from_this()](Error error, size_t) { self->OnWritten(error); });
}

void Session::OnWritten(Error error) {
  if (closed_) return;
  if (error) return Close();
  const bool keep_alive = current_->keep_alive;
  Report(response_.status);
  call_ = nullptr;
  if (keep_alive) return ReadHeader();
  if (refused_ || buffer_.size() > 0) return DiscardThenClose();
  Close();
}

void Session::Report(int status) {
  if (!current_.has_value()) return;
  const CurrentRequest current = *std::exchange(current_, std::nullopt);
  if (server_->options.observer == nullptr) return;
  const std::string route = call_ == nullptr ? "" : call_->route();
  server_->options.observer->OnResponse({.method = current.method,
                                         .route = route,
                                         .path = current.path,
                                         .request_id = current.id,
                                         .remote = remote_,
                                         .status = status,
                                         .duration = strand_->clock().Monotonic() - current.began,
                                         .request_bytes = current.bytes,
                                         .response_bytes = response_.body.size()});
}

void Session::DiscardThenClose() {
  Error error;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  busy_ = false;
  stream_.expires_after(Chrono(kDiscardTime));
  Discard(kDiscardBytes);
}

void Session::Discard(size_t left) {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(kReadBytes),
                          [self = shared_from_this(), left](Error error, size_t size) {
                            if (self->closed_) return;
                            if (error || size >= left) return self->Close();
                            self->Discard(left - size);
                          });
}

void Session::Close() {
  if (std::exchange(closed_, true)) return;
  Error error;
  stream_.socket().close(error);
  if (call_ != nullptr) call_->PeerGone();
  Report(499);
  server_->connections.Remove(this);
}

}  // namespace relayfleet::http
