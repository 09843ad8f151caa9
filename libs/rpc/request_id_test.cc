// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/request_id.h"

#include <grpcpp/server_context.h>
#include <grpcpp/test/server_context_test_spouse.h>
#include <gtest/gtest.h>

namespace relayfleet::rpc {
namespace {

// What comes out when the caller gives `id`.
std::string Given(const std::string& id) {
  grpc::ServerContext context;
  grpc::testing::ServerContextTestSpouse spouse(&context);
  spouse.AddClientMetadata(kRequestId, id);
  return RequestId(context);
}

TEST(RequestId, TheCallersIsKept) {
  EXPECT_EQ(Given("8d3e-7a.B_c"), "8d3e-7a.B_c");
  EXPECT_EQ(Given(std::string(64, 'x')), std::string(64, 'x'));
}

TEST(RequestId, WhatIsNoShortWordIsReplaced) {
  for (const std::string& id : {std::string(), std::string(65, 'x'), std::string("a b"),
                                std::string("a\nb"), std::string("relay=other")}) {
    EXPECT_NE(Given(id), id);
    EXPECT_EQ(Given(id).size(), 16u) << id;
  }
}

TEST(RequestId, WithoutOneEachCallGetsItsOwn) {
  grpc::ServerContext context;
  const std::string id = RequestId(context);
  EXPECT_EQ(id.size(), 16u);
  EXPECT_NE(id, RequestId(context));
}

}  // namespace
}  // namespace relayfleet::rpc
