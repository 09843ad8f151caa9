// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Unsent bytes that the kernel holds before it says "full": small, so that what waits, waits where
// it can be seen; large enough to keep a connection of 10 ms round trip and 25 Mbit/s busy.
constexpr int kNotSentLowWater = 32 << 10;

// Reads in a row before other work on the strand gets its turn.
constexpr int kReadsAtOnce = 16;

absl::Status Broken(absl::string_view what, const error_code& error) {
  const std::string message = absl::StrCat(what, ": ", error.message());
  if (error == asio::error::timed_out) return absl::DeadlineExceededError(message);
  return absl::UnavailableError(message);
}

error_code LastError() { return error_code(errno, boost::system::system_category()); }

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK; }

// Options that only make things better: a kernel without one of them still works.
void Tune(int socket, absl::Duration stall_timeout) {
  const int on = 1;
  const auto timeout_ms = static_cast<unsigned int>(absl::ToInt64Milliseconds(stall_timeout));
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kNotSentLowWater, sizeof(kNotSentLowWater));
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
}

}  // namespace

std::shared_ptr<Connection> Connection::Open(std::shared_ptr<base::AsioStrand> strand,
                                             Options options, Handler handler) {
  auto connection = std::make_shared<Connection>(Private(), std::move(strand), std::move(options),
                                                 std::move(handler));
  connection->Resolve();
  return connection;
}

Connection::Connection(Private, std::shared_ptr<base::AsioStrand> strand, Options options,
                       Handler handler)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      handler_(std::move(handler)),
      resolver_(strand_->strand()),
      socket_(strand_->strand()),
      last_error_(absl::UnavailableError("no address to connect to")) {}

void Connection::Resolve() {
  error_code not_an_address;
  const auto address = asio::ip::make_address(options_.host, not_an_address);
  if (!not_an_address) {
    strand_->Post([weak = weak_from_this(), endpoint = tcp::endpoint(address, options_.port)] {
      if (auto self = weak.lock()) self->Connect({endpoint});
    });
    return;
  }
  resolver_.async_resolve(
      options_.host, std::to_string(options_.port), tcp::resolver::numeric_service,
      [weak = weak_from_this()](const error_code& error, const tcp::resolver::results_type& found) {
        auto self = weak.lock();
        if (self == nullptr || self->closed_) return;
        if (error) return self->Fail(Broken("cannot resolve the host name", error));
        self->Connect(std::vector<tcp::endpoint>(found.begin(), found.end()));
      });
}

void Connection::Connect(std::vector<tcp::endpoint> endpoints) {
  if (closed_) return;
  endpoints_.assign(endpoints.rbegin(), endpoints.rend());
  ConnectNext();
}

// The address that was checked is the one that is dialled: nothing resolves it a second time.
void Connection::ConnectNext() {
  if (endpoints_.empty()) return Fail(last_error_);
  const tcp::endpoint endpoint = endpoints_.back();
  endpoints_.pop_back();
  if (options_.address_check) {
    if (absl::Status allowed = options_.address_check(endpoint.address()); !allowed.ok()) {
      // What went wrong at an address that may be dialled says more.
      if (!dialled_) last_error_ = std::move(allowed);
      return ConnectNext();
    }
  }
  dialled_ = true;
  error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(endpoint, [weak = weak_from_this()](const error_code& error) {
    auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    if (!error) return self->OnConnected();
    self->last_error_ = Broken("cannot connect", error);
    self->ConnectNext();
  });
}

void Connection::OnConnected() {
  error_code error;
  socket_.native_non_blocking(true, error);
  if (error) return Fail(Broken("cannot use the socket", error));
  Tune(socket_.native_handle(), options_.stall_timeout);
  peer_ = socket_.remote_endpoint(error).address();
  open_ = true;
  AwaitReadable();
  if (options_.tls.has_value()) return StartTls();
  handler_.on_connected();
}

void Connection::StartTls() {
  absl::StatusOr<std::unique_ptr<TlsSession>> tls = TlsSession::Create(*options_.tls);
  if (!tls.ok()) return Fail(tls.status());
  tls_ = *std::move(tls);
  DeliverTls("");
}

void Connection::AwaitReadable() {
  socket_.async_wait(tcp::socket::wait_read, [weak = weak_from_this()](const error_code& error) {
    auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    if (error) return self->Fail(Broken("connection broke", error));
    self->Read();
  });
}

void Connection::Read() {
  std::array<char, 16 << 10> bytes;
  for (int i = 0; i < kReadsAtOnce; ++i) {
    const ssize_t size = recv(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size == 0) return Fail(absl::UnavailableError("the server closed the connection"));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && WouldBlock()) break;
    if (size < 0) return Fail(Broken("connection broke", LastError()));
    Deliver(absl::string_view(bytes.data(), static_cast<size_t>(size)));
    if (closed_) return;
  }
  AwaitReadable();
}

void Connection::Deliver(absl::string_view bytes) {
  if (tls_ != nullptr) return DeliverTls(bytes);
  handler_.on_bytes(bytes);
}

void Connection::DeliverTls(absl::string_view ciphertext) {
  const bool was_established = tls_->established();
  std::string plaintext;
  absl::Status status = tls_->Feed(ciphertext, &plaintext);
  SendRaw(tls_->TakeOutput());
  if (!was_established && tls_->established()) handler_.on_connected();
  if (!closed_ && !plaintext.empty()) handler_.on_bytes(plaintext);
  if (!closed_ && !status.ok()) Fail(std::move(status));
}

void Connection::Send(absl::string_view bytes) {
  if (tls_ == nullptr) return SendRaw(bytes);
  if (absl::Status status = tls_->Seal(bytes); !status.ok()) return FailLater(std::move(status));
  SendRaw(tls_->TakeOutput());
}

void Connection::SendRaw(absl::string_view bytes) {
  if (!open_ || bytes.empty()) return;
  if (pending_.empty()) {
    bytes.remove_prefix(SendNow(bytes));
    if (bytes.empty() || !open_) return;
    last_progress_ = strand_->clock().Monotonic();
    AwaitWritable();
    WatchStall();
  } else if (pending_.size() - pending_done_ + bytes.size() > options_.max_pending) {
    return FailLater(absl::ResourceExhaustedError("too much waits to be sent"));
  }
  pending_.append(bytes.data(), bytes.size());
}

size_t Connection::SendNow(absl::string_view bytes) {
  ssize_t sent = 0;
  do {
    sent = send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return static_cast<size_t>(sent);
  if (!WouldBlock()) FailLater(Broken("connection broke", LastError()));
  return 0;
}

void Connection::AwaitWritable() {
  socket_.async_wait(tcp::socket::wait_write, [weak = weak_from_this()](const error_code& error) {
    auto self = weak.lock();
    if (self == nullptr || !self->open_) return;
    if (error) return self->Fail(Broken("connection broke", error));
    self->Flush();
  });
}

void Connection::Flush() {
  const size_t sent = SendNow(absl::string_view(pending_).substr(pending_done_));
  if (!open_) return;
  if (sent > 0) last_progress_ = strand_->clock().Monotonic();
  pending_done_ += sent;
  if (pending_done_ < pending_.size()) return AwaitWritable();
  pending_.clear();
  pending_done_ = 0;
  stall_timer_.Cancel();
  handler_.on_flushed();
}

void Connection::WatchStall() {
  const absl::Duration idle = strand_->clock().Monotonic() - last_progress_;
  if (idle >= options_.stall_timeout) {
    return Fail(absl::DeadlineExceededError("the server takes no more data"));
  }
  stall_timer_ = strand_->After(options_.stall_timeout - idle, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self != nullptr && self->open_ && !self->pending_.empty()) self->WatchStall();
  });
}

void Connection::Close() {
  if (closed_) return;
  closed_ = true;
  open_ = false;
  pending_.clear();
  stall_timer_.Cancel();
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void Connection::Fail(absl::Status status) {
  if (closed_) return;
  Close();
  handler_.on_closed(std::move(status));
}

// For errors found inside a call of the owner, who must not be called back from there.
void Connection::FailLater(absl::Status status) {
  open_ = false;
  strand_->Post([weak = weak_from_this(), status = std::move(status)]() mutable {
    if (auto self = weak.lock()) self->Fail(std::move(status));
  });
}

}  // namespace relayfleet::rtsp
