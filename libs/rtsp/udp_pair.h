// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_UDP_PAIR_H_
#define RELAYFLEET_LIBS_RTSP_UDP_PAIR_H_

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/thread_runtime.h"

namespace relayfleet::rtsp {

// The two UDP ports of one track: RTP on an even one, RTCP on the next. Datagrams of others than
// the sender are left out and counted.
//
// Calls and handlers happen on the strand; no handler runs inside a call or after the last
// shared_ptr is gone.
class UdpPair : public std::enable_shared_from_this<UdpPair> {
  struct Private {};

 public:
  struct Handler {
    absl::AnyInvocable<void(absl::string_view datagram)> on_rtp;
    absl::AnyInvocable<void(absl::string_view datagram)> on_rtcp;
  };

  // Binds two free ports of all addresses of `sender`'s family and listens. UNAVAILABLE: there are
  // none.
  static absl::StatusOr<std::shared_ptr<UdpPair>> Open(std::shared_ptr<base::AsioStrand> strand,
                                                       const boost::asio::ip::address& sender,
                                                       Handler handler);

  UdpPair(Private, std::shared_ptr<base::AsioStrand> strand, boost::asio::ip::address sender,
          Handler handler);

  // Of RTP; RTCP has the next one.
  uint16_t port() const { return port_; }

  // Where the sender sends from, as it says: takes nothing from other ports of it, and sends a
  // little to both, which opens the way through a NAT on our side. Without it any port of the
  // sender is taken, and nothing is sent before its first RTCP.
  void SetServerPorts(uint16_t rtp, uint16_t rtcp);

  // Lost if the kernel does not take it at once.
  void SendRtcp(absl::string_view packet);

  uint64_t strangers() const { return strangers_; }

 private:
  using Socket = boost::asio::ip::udp::socket;
  using Endpoint = boost::asio::ip::udp::endpoint;

  // One direction: a socket and where its datagrams come from.
  struct Half {
    explicit Half(base::AsioStrand::Native& strand) : socket(strand) {}
    Socket socket;
    std::optional<uint16_t> server_port;  // none: any
  };

  absl::Status Bind();
  bool TryBind(uint16_t port);
  void Await(Half* half);
  void Read(Half* half);
  void Take(Half* half, const Endpoint& from, absl::string_view datagram);
  void Send(Half* half, absl::string_view datagram);

  const std::shared_ptr<base::AsioStrand> strand_;
  const boost::asio::ip::address sender_;
  Handler handler_;
  Half rtp_;
  Half rtcp_;
  uint16_t port_ = 0;
  uint64_t strangers_ = 0;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_UDP_PAIR_H_
