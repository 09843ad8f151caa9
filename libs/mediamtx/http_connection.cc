// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/http_connection.h"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/mediamtx/api_json.h"

namespace relayfleet::mediamtx {
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

http::verb VerbOf(HttpConnection::Method method) {
  switch (method) {
    case HttpConnection::Method::kGet:
      return http::verb::get;
    case HttpConnection::Method::kPost:
      return http::verb::post;
    case HttpConnection::Method::kDelete:
      return http::verb::delete_;
  }
  return http::verb::get;
}

std::string Authorization(const HttpConnection::Options& options) {
  if (options.user.empty()) return "";
  return absl::StrCat("Basic ",
                      absl::Base64Escape(absl::StrCat(options.user, ":", options.password)));
}

}  // namespace

std::shared_ptr<HttpConnection> HttpConnection::Create(std::shared_ptr<base::AsioStrand> strand,
                                                       Options options) {
  return std::make_shared<HttpConnection>(Private(), std::move(strand), std::move(options));
}

HttpConnection::HttpConnection(Private, std::shared_ptr<base::AsioStrand> strand, Options options)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      authorization_(Authorization(options_)),
      resolver_(strand_->strand()) {}

void HttpConnection::Submit(Request request, Done done) {
  strand_->Post([self = shared_from_this(),
                 pending = Pending{std::move(request), std::move(done)}]() mutable {
    self->Enqueue(std::move(pending));
  });
}

void HttpConnection::Close() {
  closed_ = true;
  strand_->Post([self = shared_from_this()] {
    self->Disconnect();
    self->queue_.clear();
  });
}

void HttpConnection::Enqueue(Pending pending) {
  if (closed_) return;
  if (queue_.size() >= options_.max_queued) {
    return pending.done(base::QueueFull("MediaMTX's control API"));
  }
  queue_.push_back(std::move(pending));
  Next();
}

void HttpConnection::Next() {
  if (busy_ || closed_ || queue_.empty()) return;
  busy_ = true;
  deadline_ = strand_->After(options_.deadline, [weak = weak_from_this()] {
    if (auto self = weak.lock()) {
      self->Disconnect();
      self->Finish(absl::DeadlineExceededError("MediaMTX: the control API does not answer"));
    }
  });
  Begin();
}

void HttpConnection::Begin() {
  reused_ = wire_ != nullptr;
  reused_ ? Write() : Resolve();
}

template <typename Handler>
auto HttpConnection::Guard(Handler handler) {
  return [self = shared_from_this(), wire = wire_, turn = turn_, handler](const error_code& error,
                                                                          const auto&... results) {
    if (self->closed_ || self->turn_ != turn) return;
    if (error) return self->OnBroken(error);
    handler(self.get(), results...);
  };
}

void HttpConnection::Resolve() {
  resolver_.async_resolve(options_.host, absl::StrCat(options_.port),
                          Guard([](HttpConnection* self, const tcp::resolver::results_type& found) {
                            self->Connect(found);
                          }));
}

void HttpConnection::Connect(const tcp::resolver::results_type& found) {
  std::vector<tcp::endpoint> endpoints;
  absl::Status refused;
  for (const auto& entry : found) {
    const auto check = options_.address_check;
    absl::Status allowed = check ? check(entry.endpoint().address().to_string()) : absl::OkStatus();
    allowed.ok() ? endpoints.push_back(entry.endpoint()) : refused.Update(allowed);
  }
  if (endpoints.empty()) return Finish(refused);
  wire_ = std::make_shared<Wire>(strand_->strand());
  wire_->stream.async_connect(endpoints, Guard([](HttpConnection* self, const auto&...) {
                                error_code ignored;
                                self->wire_->stream.socket().set_option(tcp::no_delay(true),
                                                                        ignored);
                                self->Write();
                              }));
}

void HttpConnection::Write() {
  const Request& request = queue_.front().request;
  auto& message = wire_->message.emplace(VerbOf(request.method), request.target, 11);
  message.set(http::field::host, absl::StrCat(options_.host, ":", options_.port));
  if (!authorization_.empty()) message.set(http::field::authorization, authorization_);
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  message.body() = request.body;
  message.prepare_payload();
  http::async_write(wire_->stream, message,
                    Guard([](HttpConnection* self, std::size_t) { self->Read(); }));
}

void HttpConnection::Read() {
  auto& parser = wire_->parser.emplace();
  parser.body_limit(options_.max_body_bytes);
  http::async_read(wire_->stream, wire_->buffer, parser,
                   Guard([](HttpConnection* self, std::size_t) { self->OnAnswer(); }));
}

void HttpConnection::OnAnswer() {
  auto response = wire_->parser->release();
  if (!response.keep_alive()) Disconnect();
  const int status = response.result_int();
  if (status < 200 || status > 299) return Finish(ErrorOf(status, response.body()));
  Finish(std::move(response.body()));
}

void HttpConnection::OnBroken(const error_code& error) {
  const bool again = reused_;
  Disconnect();
  if (again) return Begin();
  if (error == http::error::body_limit) {
    return Finish(absl::InternalError("MediaMTX: the control API's answer is too large"));
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return Finish(absl::InternalError("MediaMTX: the control API does not speak HTTP"));
  }
  Finish(base::PeerUnavailable("MediaMTX's control API", error.message()));
}

void HttpConnection::Finish(absl::StatusOr<std::string> result) {
  ++turn_;
  deadline_.Cancel();
  Done done = std::move(queue_.front().done);
  queue_.pop_front();
  busy_ = false;
  // First, so that `done` may submit the next request or let go of us.
  const auto self = shared_from_this();
  done(std::move(result));
  Next();
}

void HttpConnection::Disconnect() {
  ++turn_;
  resolver_.cancel();
  if (wire_ == nullptr) return;
  wire_->stream.close();
  wire_ = nullptr;
}

}  // namespace relayfleet::mediamtx
