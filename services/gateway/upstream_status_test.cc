// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/upstream_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/errors.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/status.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"

namespace relayfleet::gateway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(UpstreamStatus, AnAbsentPeerIsToldInOurWords) {
  // Port 1 of loopback: nobody listens there.
  auto stub = relay::v1::RelayService::NewStub(rpc::ChannelPool::Dial("127.0.0.1:1")->Next());
  grpc::ClientContext context;
  relay::v1::ListRelaysResponse response;
  const grpc::Status raw = stub->ListRelays(&context, {}, &response);
  ASSERT_EQ(raw.error_code(), grpc::StatusCode::UNAVAILABLE);
  const grpc::Status told = FromUpstream(raw);
  EXPECT_EQ(told.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(told.error_message(), AllOf(HasSubstr("ingest can't be reached"),
                                          Not(HasSubstr("127.0.0.1")), Not(HasSubstr("ipv4"))));
}

TEST(UpstreamStatus, WhatIngestSaysStays) {
  for (const absl::Status& said : {base::NotServing(), base::RelayNotFound("a"),
                                   base::PeerUnavailable("the stream", "it ended")}) {
    EXPECT_EQ(FromUpstream(rpc::ToGrpc(said)).error_message(), said.message());
  }
  EXPECT_TRUE(FromUpstream(grpc::Status::OK).ok());
}

TEST(UpstreamStatus, AConnectionThatBreaksIsToldToo) {
  const grpc::Status raw(grpc::StatusCode::UNAVAILABLE, "recvmsg:Connection reset by peer");
  EXPECT_THAT(FromUpstream(raw).error_message(), HasSubstr("ingest can't be reached"));
}

}  // namespace
}  // namespace relayfleet::gateway
