// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "services/ingest/testing/served_ingest.h"

namespace relayfleet::ingest {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::TinyJpeg;
using ::testing::UnorderedElementsAre;
namespace rv1 = relay::v1;

using IngestServiceTest = testing::ServedIngest;

TEST_F(IngestServiceTest, APushedFrameIsWritten) {
  ASSERT_TRUE(Create("robot/cam").ok());
  rv1::PushFrameResponse response;
  const grpc::Status status = Push("robot/cam", TinyJpeg(), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.outcome(), rv1::PUSH_OUTCOME_WRITTEN) << response.detail();
}

TEST_F(IngestServiceTest, BadFramesAreRefusedAndCountedAsThat) {
  ASSERT_TRUE(Create("robot/cam").ok());
  rv1::PushFrameResponse response;
  EXPECT_EQ(Push("robot/cam", "", &response).error_message(), "empty body");
  EXPECT_EQ(Push("robot/cam", "hello", &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Push("robot/cam", TinyJpeg().substr(0, 20), &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Push("elsewhere", TinyJpeg(), &response).error_code(), grpc::StatusCode::NOT_FOUND);
  const auto relay = manager_.Get("robot/cam");
  EXPECT_EQ(relay->status().frames_in(), 0u);
  EXPECT_EQ(relay->status().drops().bad_image(), 3u);
}

TEST_F(IngestServiceTest, TheObserverLearnsWhichRequestItWas) {
  ASSERT_TRUE(Create("a", "r-1").ok());
  rv1::PushFrameRequest push;
  push.set_key("a");
  push.mutable_image()->set_data("hello");
  rv1::PushFrameResponse pushed;
  grpc::ClientContext second;
  second.AddMetadata("x-request-id", "r-2");
  EXPECT_FALSE(stub_->PushFrame(&second, push, &pushed).ok());
  rv1::DeleteRelayRequest request;
  request.set_key("a");
  rv1::DeleteRelayResponse deleted;
  grpc::ClientContext third;
  third.AddMetadata("x-request-id", "r-3");
  ASSERT_TRUE(stub_->DeleteRelay(&third, request, &deleted).ok());
  EXPECT_THAT(observer_.events(),
              UnorderedElementsAre("created a r-1", "refused a r-2", "stopped a r-3"));
}

TEST_F(IngestServiceTest, ARequestWithoutAnIdGetsOne) {
  ASSERT_TRUE(Create("a").ok());
  ASSERT_TRUE(Create("b").ok());
  // Its relay runs on another thread, which may still be about to tell.
  while (observer_.events().size() < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_THAT(observer_.events(), Each(MatchesRegex("created [ab] [0-9a-f]{16}")));
  EXPECT_NE(observer_.events()[0].substr(10), observer_.events()[1].substr(10));
}

TEST_F(IngestServiceTest, BytesAfterTheEndAreAccepted) {
  ASSERT_TRUE(Create("robot/cam").ok());
  rv1::PushFrameResponse response;
  ASSERT_TRUE(Push("robot/cam", TinyJpeg() + std::string(7, '\0'), &response).ok());
  EXPECT_EQ(response.outcome(), rv1::PUSH_OUTCOME_WRITTEN);
}

TEST_F(IngestServiceTest, WaitUntilReadyAnswersOnceFramesFlow) {
  ASSERT_TRUE(Create("robot/cam").ok());
  rv1::PushFrameResponse pushed;
  ASSERT_TRUE(Push("robot/cam", TinyJpeg(), &pushed).ok());
  rv1::WaitUntilReadyRequest request;
  request.set_key("robot/cam");
  rv1::WaitUntilReadyResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->WaitUntilReady(&context, request, &response).ok());
  EXPECT_TRUE(response.ready());
  EXPECT_EQ(response.state(), rv1::RELAY_STATE_RUNNING);
}

TEST_F(IngestServiceTest, WaitUntilReadyRefusesAnEndlessWait) {
  rv1::WaitUntilReadyRequest request;
  request.mutable_timeout()->set_seconds(301);
  rv1::WaitUntilReadyResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub_->WaitUntilReady(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("timeout"));
}

TEST_F(IngestServiceTest, EveryFrameOfAStreamIsAcknowledgedOnce) {
  ASSERT_TRUE(Create("robot/cam").ok());
  grpc::ClientContext context;
  auto stream = stub_->PushFrames(&context);
  rv1::PushFramesRequest request;
  request.mutable_open()->set_key("robot/cam");
  request.mutable_open()->set_ack(rv1::ACK_LEVEL_WRITTEN);
  ASSERT_TRUE(stream->Write(request));
  // Beside the reads: a caller that does not read is not read from for ever.
  std::thread writer([&] {
    for (uint64_t id = 1; id <= 100; ++id) {
      request.mutable_frame()->set_id(id);
      request.mutable_frame()->set_jpeg(id == 50 ? "broken" : TinyJpeg());
      EXPECT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  std::vector<uint64_t> ids;
  std::map<rv1::PushOutcome, int> outcomes;
  rv1::PushFramesResponse response;
  while (stream->Read(&response)) {
    ids.push_back(response.id());
    ++outcomes[response.outcome()];
  }
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(outcomes[rv1::PUSH_OUTCOME_BAD_IMAGE], 1);
  EXPECT_EQ(manager_.Get("robot/cam")->status().drops().bad_image(), 1u);
  EXPECT_GE(outcomes[rv1::PUSH_OUTCOME_WRITTEN], 1);
  EXPECT_GE(outcomes[rv1::PUSH_OUTCOME_RATE_LIMITED], 1);
}

TEST_F(IngestServiceTest, AStreamMustBeginWithOpen) {
  grpc::ClientContext context;
  auto stream = stub_->PushFrames(&context);
  rv1::PushFramesRequest request;
  request.mutable_frame()->set_id(1);
  stream->Write(request);
  rv1::PushFramesResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(IngestServiceTest, AStreamForNoRelayIsNotFound) {
  grpc::ClientContext context;
  auto stream = stub_->PushFrames(&context);
  rv1::PushFramesRequest request;
  request.mutable_open()->set_key("nobody");
  stream->Write(request);
  rv1::PushFramesResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(IngestServiceTest, UpdatesInPlace) {
  ASSERT_TRUE(Create("a").ok());
  rv1::UpdateRelayRequest request;
  request.set_key("a");
  request.mutable_spec()->mutable_frames()->set_fps(11);
  rv1::UpdateRelayResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->UpdateRelay(&context, request, &response).ok());
  EXPECT_EQ(response.relay().spec().frames().fps(), 11u);
  grpc::ClientContext again;
  request.set_revision(response.relay().revision() + 1);
  EXPECT_EQ(stub_->UpdateRelay(&again, request, &response).error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(IngestServiceTest, ListsTheEncodersOfTranscode) {
  rv1::ListEncodersResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->ListEncoders(&context, {}, &response).ok());
  ASSERT_EQ(response.encoders_size(), 1);
  EXPECT_EQ(response.encoders(0).name(), "libx264");
  EXPECT_TRUE(response.encoders(0).usable());
}

TEST_F(IngestServiceTest, ListsDeletesAndStops) {
  ASSERT_TRUE(Create("a").ok());
  ASSERT_TRUE(Create("b").ok());
  {
    rv1::DeleteRelayRequest request;
    request.set_key("a");
    rv1::DeleteRelayResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->DeleteRelay(&context, request, &response).ok());
  }
  rv1::ListRelaysResponse list;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->ListRelays(&context, {}, &list).ok());
  }
  ASSERT_EQ(list.relays_size(), 1);
  EXPECT_EQ(list.relays(0).key(), "b");
  rv1::StopAllRelaysResponse stopped;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->StopAllRelays(&context, {}, &stopped).ok());
  EXPECT_EQ(stopped.stopped(), 1u);
}

}  // namespace
}  // namespace relayfleet::ingest
