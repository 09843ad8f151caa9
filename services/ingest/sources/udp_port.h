// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_UDP_PORT_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_UDP_PORT_H_

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/thread_runtime.h"

namespace relayfleet::ingest {

// Receives datagrams on a UDP port of ours, with room for a burst in the kernel. Calls and handlers
// happen on the strand, none inside Bind; letting go of the last shared_ptr or Close ends it.
class UdpPort : public std::enable_shared_from_this<UdpPort> {
  struct Private {};

 public:
  // The bytes are valid during the call.
  using Receive =
      absl::AnyInvocable<void(absl::string_view bytes, const boost::asio::ip::address& from)>;

  // UNAVAILABLE: the port is in use; PERMISSION_DENIED: not for us; FAILED_PRECONDITION: `address`
  // is not ours. An empty address is all of IPv4.
  static absl::StatusOr<std::shared_ptr<UdpPort>> Bind(std::shared_ptr<base::AsioStrand> strand,
                                                       const boost::asio::ip::address& address,
                                                       uint16_t port, Receive receive);

  UdpPort(Private, std::shared_ptr<base::AsioStrand> strand, Receive receive);

  // No call follows.
  void Close();

 private:
  absl::Status Open(const boost::asio::ip::udp::endpoint& endpoint);
  void AwaitReadable();
  void Read();

  const std::shared_ptr<base::AsioStrand> strand_;
  Receive receive_;
  boost::asio::ip::udp::socket socket_;
  bool closed_ = false;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_UDP_PORT_H_
