// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/push_packets_reactor.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "services/ingest/testing/served_ingest.h"

namespace relayfleet::ingest {
namespace {

namespace rv1 = relay::v1;

class PushPacketsTest : public testing::ServedIngest {
 protected:
  using Stream = grpc::ClientReaderWriter<rv1::PushPacketsRequest, rv1::PushPacketsResponse>;

  PushPacketsTest() {
    rv1::CreateRelayRequest request;
    request.set_key("pipe");
    request.mutable_spec()->mutable_annexb();
    rv1::CreateRelayResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub_->CreateRelay(&context, request, &response).ok());
  }

  static rv1::PushPacketsRequest Open(const std::string& key) {
    rv1::PushPacketsRequest request;
    request.mutable_open()->set_key(key);
    return request;
  }
  static rv1::PushPacketsRequest Unit(const std::string& annexb) {
    rv1::PushPacketsRequest request;
    request.mutable_unit()->set_annexb(annexb);
    return request;
  }
  // What an unfinished stream ends with.
  static grpc::Status EndOf(Stream* stream) {
    rv1::PushPacketsResponse progress;
    while (stream->Read(&progress)) continue;
    return stream->Finish();
  }
};

TEST_F(PushPacketsTest, TellsHowManyItTookAndDropped) {
  grpc::ClientContext context;
  const auto stream = stub_->PushPackets(&context);
  ASSERT_TRUE(stream->Write(Open("pipe")));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(stream->Write(Unit(i % 2 == 0 ? "" : "no H.264")));
  }
  stream->WritesDone();
  rv1::PushPacketsResponse progress;
  int answers = 0;
  while (stream->Read(&progress)) ++answers;
  EXPECT_EQ(progress.accepted(), 100u);
  EXPECT_EQ(progress.dropped(), 100u);
  EXPECT_LE(answers, 50);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PushPacketsTest, ASecondCallerTakesTheFirstOnesPlace) {
  grpc::ClientContext context;
  const auto first = stub_->PushPackets(&context);
  ASSERT_TRUE(first->Write(Open("pipe")));
  ASSERT_TRUE(first->Write(Unit("x")));
  rv1::PushPacketsResponse progress;
  ASSERT_TRUE(first->Read(&progress));
  grpc::ClientContext other;
  const auto second = stub_->PushPackets(&other);
  ASSERT_TRUE(second->Write(Open("pipe")));
  EXPECT_EQ(EndOf(first.get()).error_code(), grpc::StatusCode::ABORTED);
  ASSERT_TRUE(second->Write(Unit("x")));
  ASSERT_TRUE(second->Read(&progress));
  second->WritesDone();
  EXPECT_TRUE(EndOf(second.get()).ok());
}

TEST_F(PushPacketsTest, BeginsWithOpenOfARelayThatTakesH264) {
  ASSERT_TRUE(Create("frames").ok());
  const std::pair<rv1::PushPacketsRequest, grpc::StatusCode> cases[] = {
      {Unit("x"), grpc::StatusCode::INVALID_ARGUMENT},
      {Open("nobody"), grpc::StatusCode::NOT_FOUND},
      {Open("frames"), grpc::StatusCode::FAILED_PRECONDITION},
  };
  for (const auto& [request, code] : cases) {
    grpc::ClientContext context;
    const auto stream = stub_->PushPackets(&context);
    stream->Write(request);
    EXPECT_EQ(EndOf(stream.get()).error_code(), code);
  }
}

TEST_F(PushPacketsTest, EndsWhenTheRelayIsGone) {
  grpc::ClientContext context;
  const auto stream = stub_->PushPackets(&context);
  ASSERT_TRUE(stream->Write(Open("pipe")));
  rv1::DeleteRelayRequest request;
  request.set_key("pipe");
  rv1::DeleteRelayResponse deleted;
  grpc::ClientContext other;
  ASSERT_TRUE(stub_->DeleteRelay(&other, request, &deleted).ok());
  stream->Write(Unit("x"));
  EXPECT_EQ(EndOf(stream.get()).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(PushPacketsTest, PicturesAreNotForIt) {
  rv1::PushFrameResponse response;
  EXPECT_EQ(Push("pipe", testing::TinyJpeg(), &response).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace relayfleet::ingest
