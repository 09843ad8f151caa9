// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/address_list.h"

#include "gtest/gtest.h"

namespace relayfleet::ingest {
namespace {

bool Allows(const std::vector<std::string>& texts, const std::string& address) {
  return AddressList::Parse(texts)->Allows(boost::asio::ip::make_address(address));
}

TEST(AddressList, AnEmptyOneAllowsAll) { EXPECT_TRUE(Allows({}, "203.0.113.9")); }

TEST(AddressList, AddressesAndNetworksAreAllowed) {
  const std::vector<std::string> texts = {"10.1.0.0/16", "203.0.113.9", "fd00::/8"};
  EXPECT_TRUE(Allows(texts, "10.1.255.7"));
  EXPECT_FALSE(Allows(texts, "10.2.0.1"));
  EXPECT_TRUE(Allows(texts, "203.0.113.9"));
  EXPECT_FALSE(Allows(texts, "203.0.113.10"));
  EXPECT_TRUE(Allows(texts, "fd12::1"));
  EXPECT_FALSE(Allows(texts, "fe80::1"));
  // As a socket of both families tells it.
  EXPECT_TRUE(Allows(texts, "::ffff:10.1.2.3"));
  EXPECT_TRUE(Allows({"0.0.0.0/0"}, "198.51.100.1"));
}

TEST(AddressList, WhatIsNoneIsRefused) {
  EXPECT_FALSE(AddressList::Parse({"10.0.0.0/33"}).ok());
  EXPECT_FALSE(AddressList::Parse({"camera"}).ok());
  EXPECT_FALSE(AddressList::Parse({""}).ok());
}

}  // namespace
}  // namespace relayfleet::ingest
