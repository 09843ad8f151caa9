// SPDX-License-Identifier: Apache-2.0

#include "libs/http/host_check.h"

#include <gtest/gtest.h>

namespace relayfleet::http {
namespace {

TEST(NamesLoopback, TakesItsOwnNamesWithAnyPort) {
  for (const char* host : {"localhost", "LOCALHOST:5020", "localhost.", "127.0.0.1",
                           "127.0.0.1:5020", "[::1]", "[::1]:5020", " localhost ", "127.0.0.2:1"}) {
    EXPECT_TRUE(NamesLoopback(host, "127.0.0.2")) << host;
  }
  EXPECT_TRUE(NamesLoopback("[::2]:80", "::2"));
}

TEST(NamesLoopback, RefusesForeignNames) {
  for (const char* host :
       {"", "evil.example", "evil.example:5020", "localhost.evil.example", "127.0.0.1.evil.example",
        "localhost:5020@evil.example", "127.0.0.1:80:80", "[::1].evil.example", "::1", ":5020"}) {
    EXPECT_FALSE(NamesLoopback(host, "127.0.0.1")) << host;
  }
}

}  // namespace
}  // namespace relayfleet::http
