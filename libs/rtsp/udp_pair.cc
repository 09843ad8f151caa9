// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/udp_pair.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "absl/status/status.h"

namespace relayfleet::rtsp {
namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

namespace {

// A burst: the packets of a large key frame come at once. The kernel gives what its limit allows.
constexpr int kReceiveBuffer = 2 << 20;
constexpr int kBindTries = 50;
// Datagrams in a row before other work on the strand gets its turn.
constexpr int kReadsAtOnce = 64;
constexpr size_t kMaxDatagram = 65536;

// The least that is RTP and an empty receiver report: both mean nothing to a sender.
constexpr absl::string_view kRtpPunch("\x80\0\0\0\0\0\0\0\0\0\0\0", 12);
constexpr absl::string_view kRtcpPunch("\x80\xc9\0\1\0\0\0\0", 8);

// A dual-stack socket may give IPv4 addresses in their mapped form.
asio::ip::address Plain(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

// Link-local addresses compare without their zone.
bool SameAddress(const asio::ip::address& a, const asio::ip::address& b) {
  if (a.is_v6() && b.is_v6()) return a.to_v6().to_bytes() == b.to_v6().to_bytes();
  return a == b;
}

}  // namespace

absl::StatusOr<std::shared_ptr<UdpPair>> UdpPair::Open(std::shared_ptr<base::AsioStrand> strand,
                                                       const asio::ip::address& sender,
                                                       Handler handler) {
  auto pair =
      std::make_shared<UdpPair>(Private(), std::move(strand), Plain(sender), std::move(handler));
  if (absl::Status status = pair->Bind(); !status.ok()) return status;
  pair->Await(&pair->rtp_);
  pair->Await(&pair->rtcp_);
  return pair;
}

UdpPair::UdpPair(Private, std::shared_ptr<base::AsioStrand> strand, asio::ip::address sender,
                 Handler handler)
    : strand_(std::move(strand)),
      sender_(std::move(sender)),
      handler_(std::move(handler)),
      rtp_(strand_->strand()),
      rtcp_(strand_->strand()) {}

// The kernel picks a port; whether its neighbour is free shows in trying.
absl::Status UdpPair::Bind() {
  for (int i = 0; i < kBindTries; ++i) {
    if (TryBind(0)) return absl::OkStatus();
  }
  return absl::UnavailableError("no two neighbouring UDP ports are free");
}

bool UdpPair::TryBind(uint16_t port) {
  const udp protocol = sender_.is_v6() ? udp::v6() : udp::v4();
  error_code error;
  const auto bind = [&](Socket* socket, uint16_t at) {
    error_code ignored;
    socket->close(ignored);
    socket->open(protocol, error);
    if (error) return false;
    // Asio waits for data otherwise, whatever the flags of a call.
    socket->non_blocking(true, error);
    if (error) return false;
    socket->bind(udp::endpoint(protocol, at), error);
    return !error;
  };
  if (!bind(&rtp_.socket, port)) return false;
  const uint16_t got = rtp_.socket.local_endpoint(error).port();
  port_ = got & 0xfffe;
  if (port_ == 0) return false;
  // Binding an odd one means that its even neighbour is RTP's.
  if (got != port_ && !bind(&rtp_.socket, port_)) return false;
  if (!bind(&rtcp_.socket, port_ + 1)) return false;
  setsockopt(rtp_.socket.native_handle(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer,
             sizeof(kReceiveBuffer));
  return true;
}

void UdpPair::SetServerPorts(uint16_t rtp, uint16_t rtcp) {
  rtp_.server_port = rtp;
  rtcp_.server_port = rtcp;
  Send(&rtp_, kRtpPunch);
  Send(&rtcp_, kRtcpPunch);
}

void UdpPair::SendRtcp(absl::string_view packet) { Send(&rtcp_, packet); }

void UdpPair::Send(Half* half, absl::string_view datagram) {
  if (!half->server_port.has_value()) return;
  error_code ignored;
  half->socket.send_to(asio::buffer(datagram.data(), datagram.size()),
                       Endpoint(sender_, *half->server_port), 0, ignored);
}

void UdpPair::Await(Half* half) {
  half->socket.async_wait(Socket::wait_read,
                          [weak = weak_from_this(), half](const error_code& error) {
                            auto self = weak.lock();
                            if (self != nullptr && error != asio::error::operation_aborted) {
                              self->Read(half);
                            }
                          });
}

void UdpPair::Read(Half* half) {
  std::array<char, kMaxDatagram> bytes;
  for (int i = 0; i < kReadsAtOnce; ++i) {
    Endpoint from;
    error_code error;
    const size_t size = half->socket.receive_from(asio::buffer(bytes), from, 0, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    // Such as "port unreachable", for what we sent.
    if (error) continue;
    Take(half, from, absl::string_view(bytes.data(), size));
  }
  Await(half);
}

void UdpPair::Take(Half* half, const Endpoint& from, absl::string_view datagram) {
  const bool known = SameAddress(Plain(from.address()), sender_) &&
                     (!half->server_port.has_value() || *half->server_port == from.port());
  if (!known) {
    ++strangers_;
    return;
  }
  // From now on it is this one, and ours go back there.
  half->server_port = from.port();
  (half == &rtp_ ? handler_.on_rtp : handler_.on_rtcp)(datagram);
}

}  // namespace relayfleet::rtsp
