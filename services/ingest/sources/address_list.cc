// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/address_list.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "libs/base/errors.h"

namespace relayfleet::ingest {
namespace {

namespace ip = boost::asio::ip;

ip::address_v6 AsV6(const ip::address& address) {
  return address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

}  // namespace

absl::StatusOr<AddressList> AddressList::Parse(const std::vector<std::string>& texts) {
  AddressList list;
  for (const std::string& text : texts) {
    const size_t slash = text.find('/');
    boost::system::error_code error;
    const ip::address address = ip::make_address(text.substr(0, slash), error);
    const int all = address.is_v4() ? 32 : 128;
    int bits = all;
    const bool prefix_ok =
        slash == std::string::npos ||
        (absl::SimpleAtoi(text.substr(slash + 1), &bits) && bits >= 0 && bits <= all);
    if (error || !prefix_ok) {
      return base::InvalidField("spec.rtp.allow_from",
                                base::Quoted(text) + " is neither an address nor like 10.0.0.0/8");
    }
    const auto prefix = static_cast<unsigned short>(bits + 128 - all);
    list.networks_.push_back(ip::network_v6(AsV6(address), prefix).canonical());
  }
  return list;
}

bool AddressList::Allows(const ip::address& address) const {
  const ip::address_v6 sender = AsV6(address);
  return networks_.empty() ||
         std::any_of(networks_.begin(), networks_.end(), [&](const ip::network_v6& network) {
           return ip::network_v6(sender, network.prefix_length()).canonical() == network;
         });
}

}  // namespace relayfleet::ingest
