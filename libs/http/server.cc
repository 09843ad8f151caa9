// SPDX-License-Identifier: Apache-2.0

#include "libs/http/server.h"

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address.hpp>
#include <future>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/http/session.h"

namespace relayfleet::http {
namespace asio = boost::asio;
using Error = boost::system::error_code;
using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, base::AsioStrand::Native>;

namespace {

// Pause after an accept that failed for want of file descriptors.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(100);

absl::StatusOr<asio::ip::address> ParseAddress(absl::string_view text) {
  if (text == "localhost") return asio::ip::address(asio::ip::address_v4::loopback());
  absl::string_view bare = text;
  if (absl::ConsumePrefix(&bare, "[")) absl::ConsumeSuffix(&bare, "]");
  Error error;
  const asio::ip::address address = asio::ip::make_address(std::string(bare), error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("not an IP address: ", text));
  return address;
}

absl::Status ListenError(const Error& error, absl::string_view address, int port) {
  const std::string where = absl::StrCat("can't listen on ", address, ":", port);
  if (error == asio::error::address_in_use) {
    return absl::AlreadyExistsError(absl::StrCat(where, ": the port is taken"));
  }
  return absl::UnavailableError(absl::StrCat(where, ": ", error.message()));
}

Error Bind(const Tcp::endpoint& endpoint, Acceptor* acceptor) {
  Error error;
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  return error;
}

}  // namespace

// The accepting side; pending accepts keep it alive.
class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(base::ThreadRuntime* runtime, std::shared_ptr<ServerContext> context)
      : runtime_(runtime),
        strand_(runtime->NewAsioStrand()),
        acceptor_(strand_->strand()),
        context_(std::move(context)) {}

  Error Listen(const Tcp::endpoint& endpoint) {
    const Error error = Bind(endpoint, &acceptor_);
    if (error) return error;
    port_ = acceptor_.local_endpoint().port();
    strand_->Post([self = shared_from_this()] { self->Accept(); });
    return error;
  }

  int port() const { return port_; }

  // Once closed it stays so: a later call does not need the runtime's threads, which may be gone.
  void Drain(absl::Duration grace) {
    if (!drained_.exchange(true)) StopAccepting();
    context_->connections.Drain(grace);
  }

 private:
  void StopAccepting() {
    auto closed = std::make_shared<std::promise<void>>();
    strand_->Post([self = shared_from_this(), closed] {
      Error ignored;
      self->acceptor_.close(ignored);
      self->pause_.Cancel();
      if (!self->accepting_) return closed->set_value();
      self->closed_ = closed;  // the accept that ends now tells
    });
    closed->get_future().wait_for(std::chrono::seconds(1));
  }

  void Accept() {
    if (!acceptor_.is_open()) return;
    accepting_ = true;
    auto strand = runtime_->NewAsioStrand();
    acceptor_.async_accept(
        strand->strand(),
        asio::bind_executor(strand_->strand(), [self = shared_from_this(), strand](
                                                   Error error, Session::Socket socket) mutable {
          self->OnAccept(error, std::move(socket), std::move(strand));
        }));
  }

  void OnAccept(Error error, Session::Socket socket, std::shared_ptr<base::AsioStrand> strand) {
    accepting_ = false;
    if (closed_ != nullptr) return closed_->set_value();
    if (!acceptor_.is_open()) return;
    if (error) {
      pause_ = strand_->After(kAcceptPause, [self = shared_from_this()] { self->Accept(); });
      return;
    }
    auto session = std::make_shared<Session>(std::move(socket), std::move(strand), context_);
    if (context_->connections.Add(session, context_->options.max_connections)) {
      session->Start();
    } else {
      session->SendAway();
      if (context_->options.observer != nullptr) context_->options.observer->OnConnectionRefused();
    }
    Accept();
  }

  base::ThreadRuntime* const runtime_;
  const std::shared_ptr<base::AsioStrand> strand_;
  Acceptor acceptor_;
  const std::shared_ptr<ServerContext> context_;
  base::Timer pause_;
  std::atomic<bool> drained_ = false;
  bool accepting_ = false;
  std::shared_ptr<std::promise<void>> closed_;
  int port_ = 0;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Listen(absl::string_view address, int port,
                                                       Options options, Handler handler,
                                                       base::ThreadRuntime* runtime) {
  const absl::StatusOr<asio::ip::address> ip = ParseAddress(address);
  if (!ip.ok()) return ip.status();
  if (port < 0 || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("not a port: ", port));
  }
  auto context = std::make_shared<ServerContext>();
  context->options = std::move(options);
  context->handler = std::move(handler);
  if (ip->is_loopback()) context->loopback = std::string(address);
  auto impl = std::make_shared<Impl>(runtime, std::move(context));
  const Error error = impl->Listen({*ip, static_cast<unsigned short>(port)});
  if (error) return ListenError(error, address, port);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Drain(absl::ZeroDuration()); }

int Server::port() const { return impl_->port(); }

void Server::Drain(absl::Duration grace) { impl_->Drain(grace); }

}  // namespace relayfleet::http
