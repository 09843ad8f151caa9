// SPDX-License-Identifier: Apache-2.0

#include "libs/base/url_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/errors.h"

namespace relayfleet::base {
namespace {

namespace ip = boost::asio::ip;

constexpr std::pair<const char*, const char*> kAlwaysRefused[] = {
    {"168.63.129.16", "a cloud metadata address"},    // Azure
    {"100.100.100.200", "a cloud metadata address"},  // Alibaba
    {"192.0.0.192", "a cloud metadata address"},      // Oracle
    {"169.254.169.254", "a cloud metadata address"},  // most
    {"fd00:ec2::254", "a cloud metadata address"},    // AWS
    {"fd20:ce::254", "a cloud metadata address"},     // Google
    {"169.254.0.0/16", "a link-local address"},      {"fe80::/10", "a link-local address"},
    {"224.0.0.0/4", "a multicast address"},          {"ff00::/8", "a multicast address"},
    {"0.0.0.0/8", "an unspecified address"},         {"::/128", "an unspecified address"},
    {"240.0.0.0/4", "a reserved address"},
};

ip::address_v6 AsV6(const ip::address& address) {
  return address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

// The IPv4 address that a gateway would make of `bytes` from `at` on, mapped.
ip::address_v6 Embedded(const ip::address_v6::bytes_type& bytes, int at) {
  ip::address_v4::bytes_type v4;
  std::copy_n(bytes.begin() + at, v4.size(), v4.begin());
  return AsV6(ip::address_v4(v4));
}

// `address` and the IPv4 address inside it, if it has one: NAT64 (64:ff9b::/96), 6to4 (2002::/16),
// IPv4-compatible (::/96).
std::vector<ip::address_v6> Readings(const ip::address_v6& address) {
  std::vector<ip::address_v6> readings = {address};
  const ip::address_v6::bytes_type bytes = address.to_bytes();
  const auto begins = [&](const char* prefix, int size) {
    const auto other = ip::make_address_v6(prefix).to_bytes();
    return std::equal(bytes.begin(), bytes.begin() + size, other.begin());
  };
  const bool compatible = begins("::", 12) && !address.is_loopback() && !address.is_unspecified();
  if (begins("64:ff9b::", 12) || compatible) readings.push_back(Embedded(bytes, 12));
  if (begins("2002::", 2)) readings.push_back(Embedded(bytes, 2));
  return readings;
}

}  // namespace

UrlPolicy::UrlPolicy() : schemes_(Options().schemes) {
  for (const auto& [network, why] : kAlwaysRefused) {
    always_.push_back({ParseNetwork(network).value(), why});
  }
}

absl::StatusOr<UrlPolicy> UrlPolicy::Create(const Options& options) {
  UrlPolicy policy;
  policy.schemes_ = options.schemes;
  absl::StatusOr<std::vector<Network>> allow = ParseNetworks(options.allow);
  if (!allow.ok()) return allow.status();
  absl::StatusOr<std::vector<Network>> deny = ParseNetworks(options.deny);
  if (!deny.ok()) return deny.status();
  policy.allow_ = *std::move(allow);
  policy.deny_ = *std::move(deny);
  return policy;
}

absl::StatusOr<UrlPolicy::Network> UrlPolicy::ParseNetwork(absl::string_view text) {
  const size_t slash = text.find('/');
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text.substr(0, slash)), error);
  const int address_bits = address.is_v4() ? 32 : 128;
  int bits = address_bits;
  const bool prefix_ok =
      slash == absl::string_view::npos ||
      (absl::SimpleAtoi(text.substr(slash + 1), &bits) && bits >= 0 && bits <= address_bits);
  if (error || !prefix_ok) {
    return BadSetting("network list", absl::StrCat(Quoted(text), " is not like 10.0.0.0/8"));
  }
  return Network{AsV6(address), bits + 128 - address_bits};
}

absl::StatusOr<std::vector<UrlPolicy::Network>> UrlPolicy::ParseNetworks(
    const std::vector<std::string>& list) {
  std::vector<Network> networks;
  for (const std::string& text : list) {
    absl::StatusOr<Network> network = ParseNetwork(text);
    if (!network.ok()) return network.status();
    networks.push_back(*network);
  }
  return networks;
}

bool UrlPolicy::Contains(const Network& network, const ip::address_v6& address) {
  const auto a = network.base.to_bytes();
  const auto b = address.to_bytes();
  const int whole = network.prefix_bits / 8;
  const int rest = network.prefix_bits % 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

absl::Status UrlPolicy::CheckUrl(const SecretUrl& url) const {
  if (std::find(schemes_.begin(), schemes_.end(), url.scheme()) == schemes_.end()) {
    return TargetForbidden(absl::StrCat("scheme ", Quoted(url.scheme()), " is not one of ",
                                        absl::StrJoin(schemes_, ", ")));
  }
  boost::system::error_code is_name;
  const ip::address address = ip::make_address(url.host(), is_name);
  return is_name ? absl::OkStatus() : CheckAddress(address);
}

absl::Status UrlPolicy::CheckAddress(const ip::address& address) const {
  for (const ip::address_v6& reading : Readings(AsV6(address))) {
    if (absl::Status status = CheckOne(reading); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status UrlPolicy::CheckAddress(absl::string_view address) const {
  boost::system::error_code error;
  const ip::address parsed = ip::make_address(std::string(address), error);
  return error ? TargetForbidden("not an address") : CheckAddress(parsed);
}

absl::Status UrlPolicy::CheckOne(const ip::address_v6& address) const {
  const auto contains = [&](const Network& network) { return Contains(network, address); };
  for (const Refusal& refusal : always_) {
    if (contains(refusal.network)) return TargetForbidden(absl::StrCat("it is ", refusal.why));
  }
  if (std::any_of(deny_.begin(), deny_.end(), contains)) {
    return TargetForbidden("its network is denied");
  }
  if (!allow_.empty() && std::none_of(allow_.begin(), allow_.end(), contains)) {
    return TargetForbidden("its network is not among the allowed ones");
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::base
