// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_URL_POLICY_H_
#define RELAYFLEET_LIBS_BASE_URL_POLICY_H_

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/secret_url.h"

namespace relayfleet::base {

// Where callers may send the fleet (a mediamtx_url, a camera): schemes, and networks by address.
// Loopback and private networks are allowed, since cameras and media servers live there.
// Always refused: link-local networks, cloud metadata services, multicast and the unspecified
// address, also when hidden in an IPv6 address (mapped, NAT64, 6to4).
//
// Who dials checks twice: CheckUrl when the URL comes in, CheckAddress on what its name resolved
// to, just before connecting to that very address. Immutable; thread-safe.
class UrlPolicy {
 public:
  struct Options {
    // Lower case.
    std::vector<std::string> schemes = {"rtsp"};
    // Networks as "10.0.0.0/8" or "fd00::/8" or single addresses. Not empty: no others.
    std::vector<std::string> allow;
    // Refused even if `allow` names them.
    std::vector<std::string> deny;
  };

  // The policy of the default options.
  UrlPolicy();
  // Fails on a network that is none.
  static absl::StatusOr<UrlPolicy> Create(const Options& options);

  // Scheme, and host where it is an address already. TargetForbidden says why.
  absl::Status CheckUrl(const SecretUrl& url) const;
  // A resolved address.
  absl::Status CheckAddress(const boost::asio::ip::address& address) const;
  absl::Status CheckAddress(absl::string_view address) const;

 private:
  // As IPv6, IPv4 ones mapped.
  struct Network {
    boost::asio::ip::address_v6 base;
    int prefix_bits = 0;
  };
  struct Refusal {
    Network network;
    const char* why;
  };
  static absl::StatusOr<Network> ParseNetwork(absl::string_view text);
  static absl::StatusOr<std::vector<Network>> ParseNetworks(const std::vector<std::string>& list);
  static bool Contains(const Network& network, const boost::asio::ip::address_v6& address);
  absl::Status CheckOne(const boost::asio::ip::address_v6& address) const;

  std::vector<std::string> schemes_;
  std::vector<Network> allow_;
  std::vector<Network> deny_;
  std::vector<Refusal> always_;
};

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_URL_POLICY_H_
