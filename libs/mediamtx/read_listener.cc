// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/read_listener.h"

#include <array>
#include <atomic>
#include <boost/asio/ip/udp.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"

namespace relayfleet::mediamtx {
using boost::asio::ip::udp;

class ReadListener::Socket : public std::enable_shared_from_this<ReadListener::Socket> {
 public:
  Socket(std::shared_ptr<base::AsioStrand> strand, OnRead on_read)
      : strand_(std::move(strand)), on_read_(std::move(on_read)), socket_(strand_->strand()) {}

  absl::StatusOr<uint16_t> Open(const udp::endpoint& endpoint) {
    boost::system::error_code error;
    socket_.open(endpoint.protocol(), error);
    if (!error) socket_.bind(endpoint, error);
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("UDP port ", endpoint.port(), ": ", error.message()));
    }
    const uint16_t port = socket_.local_endpoint().port();
    strand_->Post([self = shared_from_this()] { self->Receive(); });
    return port;
  }

  void Close() {
    closed_ = true;
    strand_->Post([self = shared_from_this()] {
      boost::system::error_code ignored;
      self->socket_.close(ignored);
    });
  }

 private:
  void Receive() {
    if (closed_) return;
    socket_.async_receive_from(
        boost::asio::buffer(buffer_), peer_,
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
          if (self->closed_ || error == boost::asio::error::operation_aborted) return;
          if (!error) self->OnDatagram(absl::string_view(self->buffer_.data(), size));
          self->Receive();
        });
  }

  void OnDatagram(absl::string_view path) {
    if (peer_.address().is_loopback() && base::ValidateKey(path).ok()) on_read_(path);
  }

  const std::shared_ptr<base::AsioStrand> strand_;
  const OnRead on_read_;
  udp::socket socket_;
  udp::endpoint peer_;
  // One byte more than a path may have: what is longer stays too long.
  std::array<char, base::kMaxKeyBytes + 1> buffer_;
  std::atomic<bool> closed_ = false;
};

absl::StatusOr<std::unique_ptr<ReadListener>> ReadListener::Create(
    std::shared_ptr<base::AsioStrand> strand, const Options& options, OnRead on_read) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(options.host, error);
  if (error || !address.is_loopback()) {
    return base::InvalidField("notify_listen", "must be a loopback address");
  }
  auto socket = std::make_shared<Socket>(std::move(strand), std::move(on_read));
  const auto port = socket->Open(udp::endpoint(address, options.port));
  if (!port.ok()) return port.status();
  return std::make_unique<ReadListener>(Private(), std::move(socket), *port);
}

ReadListener::ReadListener(Private, std::shared_ptr<Socket> socket, uint16_t port)
    : socket_(std::move(socket)), port_(port) {}

ReadListener::~ReadListener() { socket_->Close(); }

}  // namespace relayfleet::mediamtx
