// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_ADDRESS_LIST_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_ADDRESS_LIST_H_

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace relayfleet::ingest {

// Who may send to a port: addresses and networks, IPv4 ones also as IPv6 writes them. Empty: all.
// Immutable.
class AddressList {
 public:
  AddressList() = default;
  // INVALID_ARGUMENT: one is neither like 10.0.0.1 nor like 10.0.0.0/8.
  static absl::StatusOr<AddressList> Parse(const std::vector<std::string>& texts);

  bool Allows(const boost::asio::ip::address& address) const;

 private:
  std::vector<boost::asio::ip::network_v6> networks_;  // IPv4 ones mapped
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_ADDRESS_LIST_H_
