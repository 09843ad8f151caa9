// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_HTTP_CONNECTION_H_
#define RELAYFLEET_LIBS_MEDIAMTX_HTTP_CONNECTION_H_

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"

namespace relayfleet::mediamtx {

// One HTTP/1.1 connection to the control API: requests go one after the other, the connection is
// kept between them, and made anew when the peer gave it up meanwhile (then the request is sent a
// second time: all that the control API knows may be repeated). Works on its strand; Submit, Fail
// and Close from any thread. Held by shared_ptr.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
  struct Private {};

 public:
  enum class Method { kGet, kPost, kDelete };
  struct Request {
    Method method = Method::kGet;
    std::string target = "/";
    std::string body = "";
  };
  // The body of a 2xx answer, or ErrorOf() that answer. Called on the strand, never inside Submit.
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::string>)>;

  struct Options {
    std::string host = "127.0.0.1";
    uint16_t port = 9997;
    std::string user;  // empty: no authentication
    std::string password;
    // For one request, from its turn to the end of the answer.
    absl::Duration deadline = absl::Seconds(2);
    // Of one answer; a larger one fails with INTERNAL.
    size_t max_body_bytes = 4 << 20;
    // Waiting requests; one more fails with RESOURCE_EXHAUSTED.
    size_t max_queued = 64;
    // Whether an address that the host resolved to may be connected to. Empty: any.
    std::function<absl::Status(absl::string_view ip)> address_check;
  };

  static std::shared_ptr<HttpConnection> Create(std::shared_ptr<base::AsioStrand> strand,
                                                Options options);
  HttpConnection(Private, std::shared_ptr<base::AsioStrand> strand, Options options);

  void Submit(Request request, Done done);
  // Gives `status` to `done` on the strand.
  template <typename Callback>
  void Fail(absl::Status status, Callback& done) {
    strand_->Post(
        [self = shared_from_this(), status = std::move(status), done = std::move(done)]() mutable {
          if (!self->closed_) done(status);
        });
  }
  // Ends it; on the strand, no `done` follows.
  void Close();

 private:
  struct Pending {
    Request request;
    Done done;
  };
  // A TCP connection and what is read from and written to it. The operations that use it share
  // it: it may be dropped while they run.
  struct Wire {
    explicit Wire(base::AsioStrand::Native& strand) : stream(strand) {}
    boost::beast::tcp_stream stream;
    boost::beast::flat_buffer buffer;
    std::optional<boost::beast::http::request<boost::beast::http::string_body>> message;
    std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> parser;
  };

  void Enqueue(Pending pending);
  void Next();
  void Begin();
  void Resolve();
  void Connect(const boost::asio::ip::tcp::resolver::results_type& found);
  void Write();
  void Read();
  void OnAnswer();
  // The connection failed; tries once more if it had been kept from an earlier request.
  void OnBroken(const boost::system::error_code& error);
  void Finish(absl::StatusOr<std::string> result);
  void Disconnect();
  // Wraps a handler so that it runs only for the request that it was made for.
  template <typename Handler>
  auto Guard(Handler handler);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  const std::string authorization_;
  std::atomic<bool> closed_ = false;
  std::deque<Pending> queue_;  // the front is being served while busy_
  bool busy_ = false;
  bool reused_ = false;  // the connection served an earlier request
  uint64_t turn_ = 0;    // grows when a request, or an attempt at it, is over
  base::Timer deadline_;
  boost::asio::ip::tcp::resolver resolver_;
  std::shared_ptr<Wire> wire_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_HTTP_CONNECTION_H_
