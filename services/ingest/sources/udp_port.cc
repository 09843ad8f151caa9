// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/udp_port.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {
namespace {
namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

// A key frame at 50 Mbit/s, while the strand is busy. The kernel gives up to net.core.rmem_max.
constexpr int kReceiveBuffer = 4 << 20;
// Datagrams in a row before other work on the strand gets its turn.
constexpr int kReadsAtOnce = 64;

absl::Status BindError(const udp::endpoint& endpoint, const error_code& error) {
  const std::string where =
      absl::StrCat("UDP port ", endpoint.port(), " on ", endpoint.address().to_string());
  if (error == asio::error::address_in_use) {
    return absl::UnavailableError(absl::StrCat(where, " is in use by another program or relay"));
  }
  const std::string text = absl::StrCat(where, ": ", error.message());
  if (error == asio::error::access_denied) return absl::PermissionDeniedError(text);
  if (error.value() == EADDRNOTAVAIL) return absl::FailedPreconditionError(text);
  return absl::UnavailableError(text);
}

}  // namespace

absl::StatusOr<std::shared_ptr<UdpPort>> UdpPort::Bind(std::shared_ptr<base::AsioStrand> strand,
                                                       const asio::ip::address& address,
                                                       uint16_t port, Receive receive) {
  auto self = std::make_shared<UdpPort>(Private(), std::move(strand), std::move(receive));
  if (absl::Status opened = self->Open({address, port}); !opened.ok()) return opened;
  self->AwaitReadable();
  return self;
}

UdpPort::UdpPort(Private, std::shared_ptr<base::AsioStrand> strand, Receive receive)
    : strand_(std::move(strand)), receive_(std::move(receive)), socket_(strand_->strand()) {}

absl::Status UdpPort::Open(const udp::endpoint& endpoint) {
  error_code error;
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) socket_.bind(endpoint, error);
  if (error) return BindError(endpoint, error);
  error_code ignored;
  socket_.set_option(asio::socket_base::receive_buffer_size(kReceiveBuffer), ignored);
  return absl::OkStatus();
}

void UdpPort::AwaitReadable() {
  socket_.async_wait(udp::socket::wait_read, [weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (self == nullptr || self->closed_ || error) return;
    self->Read();
  });
}

void UdpPort::Read() {
  std::array<char, 64 << 10> bytes;
  for (int i = 0; i < kReadsAtOnce; ++i) {
    udp::endpoint from;
    error_code error;
    const size_t size = socket_.receive_from(asio::buffer(bytes), from, 0, error);
    // Errors are told of datagrams sent before; none makes a receiving socket useless.
    if (error) break;
    receive_({bytes.data(), size}, from.address());
    if (closed_) return;
  }
  AwaitReadable();
}

void UdpPort::Close() {
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace relayfleet::ingest
