// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/watch_reactor.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "services/ingest/testing/served_ingest.h"

namespace relayfleet::ingest {
namespace {

namespace rv1 = relay::v1;

using WatchTest = testing::ServedIngest;

TEST_F(WatchTest, AWatcherHearsOfAllThenOfChanges) {
  ASSERT_TRUE(Create("a").ok());
  grpc::ClientContext context;
  const auto stream = stub_->WatchRelays(&context, {});
  rv1::WatchRelaysResponse news;
  ASSERT_TRUE(stream->Read(&news));
  EXPECT_EQ(news.relay().key(), "a");
  while (!news.synced()) ASSERT_TRUE(stream->Read(&news));
  ASSERT_TRUE(Create("b").ok());
  while (news.relay().key() != "b") ASSERT_TRUE(stream->Read(&news));
  rv1::DeleteRelayRequest request;
  request.set_key("b");
  rv1::DeleteRelayResponse deleted;
  grpc::ClientContext other;
  ASSERT_TRUE(stub_->DeleteRelay(&other, request, &deleted).ok());
  while (!news.deleted()) ASSERT_TRUE(stream->Read(&news));
  EXPECT_EQ(news.relay().key(), "b");
  EXPECT_EQ(news.relay().status().state(), rv1::RELAY_STATE_STOPPED);
  context.TryCancel();
  while (stream->Read(&news)) continue;
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(WatchTest, AWatcherOfOneRelayHearsOfNoOther) {
  ASSERT_TRUE(Create("a").ok());
  ASSERT_TRUE(Create("b").ok());
  rv1::WatchRelaysRequest request;
  request.set_key("b");
  grpc::ClientContext context;
  const auto stream = stub_->WatchRelays(&context, request);
  rv1::WatchRelaysResponse news;
  do {
    ASSERT_TRUE(stream->Read(&news));
    EXPECT_NE(news.relay().key(), "a");
  } while (!news.synced());
}

TEST_F(WatchTest, DrainingEndsWatches) {
  grpc::ClientContext context;
  const auto stream = stub_->WatchRelays(&context, {});
  rv1::WatchRelaysResponse news;
  ASSERT_TRUE(stream->Read(&news));
  manager_.Drain([] {});
  while (stream->Read(&news)) continue;
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace relayfleet::ingest
