// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/ports.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

namespace relayfleet::standalone {
namespace {

namespace asio = boost::asio;

// Binds `port` (0: any) and returns what it got; 0 when it is taken.
template <typename Protocol>
uint16_t Bind(const std::string& host, uint16_t port, bool reuse) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) return 0;
  asio::io_context io;
  typename Protocol::socket socket(io);
  const typename Protocol::endpoint endpoint(address, port);
  socket.open(endpoint.protocol(), error);
  // As servers do: a port in TIME_WAIT is free.
  if (reuse) socket.set_option(asio::socket_base::reuse_address(true), error);
  socket.bind(endpoint, error);
  return error ? 0 : socket.local_endpoint().port();
}

}  // namespace

bool PortIsFree(const std::string& host, uint16_t port, Transport transport) {
  return transport == Transport::kTcp ? Bind<asio::ip::tcp>(host, port, /*reuse=*/true) != 0
                                      : Bind<asio::ip::udp>(host, port, /*reuse=*/false) != 0;
}

uint16_t FreePort(const std::string& host) {
  for (;;) {
    const uint16_t port = Bind<asio::ip::tcp>(host, 0, /*reuse=*/false);
    if (port == 0 || PortIsFree(host, port, Transport::kUdp)) return port;
  }
}

}  // namespace relayfleet::standalone
