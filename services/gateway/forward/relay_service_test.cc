// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/forward/relay_service.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "services/gateway/testing/fake_relay_service.h"

namespace relayfleet::gateway {
namespace {

using relay::v1::PushFramesRequest;
using relay::v1::PushFramesResponse;
using testing::TinyJpeg;

// Ends each stream with one acknowledgement too large to be in flight unread, and its status at
// once behind that.
class LastWordService final : public relay::v1::RelayService::CallbackService {
 public:
  static constexpr size_t kDetailBytes = 1 << 20;

  grpc::ServerBidiReactor<PushFramesRequest, PushFramesResponse>* PushFrames(
      grpc::CallbackServerContext*) override {
    return std::make_unique<Stream>().release();
  }

 private:
  class Stream final : public grpc::ServerBidiReactor<PushFramesRequest, PushFramesResponse> {
   public:
    Stream() { StartRead(&request_); }
    void OnReadDone(bool ok) override {
      if (ok) return StartRead(&request_);
      response_.set_detail(std::string(kDetailBytes, 'x'));
      StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
    }
    void OnDone() override { const std::unique_ptr<Stream> self(this); }

   private:
    PushFramesRequest request_;
    PushFramesResponse response_;
  };
};

class ForwardTest : public ::testing::Test {
 protected:
  ForwardTest() {
    auto server = rpc::Server::Start({.services = {&forward_}, .names = {"relay"}});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = relay::v1::RelayService::NewStub(
        rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", server_->port()))->Next());
    relay::v1::Relay relay;
    relay.set_key("cam");
    relay.mutable_spec()->mutable_frames();
    ingest_.Put(relay);
  }

  static PushFramesRequest Open(const std::string& key) {
    PushFramesRequest request;
    request.mutable_open()->set_key(key);
    return request;
  }

  static PushFramesRequest Frame(uint64_t id, std::string jpeg) {
    PushFramesRequest request;
    request.mutable_frame()->set_id(id);
    request.mutable_frame()->set_jpeg(std::move(jpeg));
    return request;
  }

  testing::FakeRelayService ingest_;
  testing::InProcessServer ingest_server_{&ingest_};
  ForwardingRelayService forward_{ingest_server_.Channels(), nullptr};
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<relay::v1::RelayService::Stub> stub_;
};

TEST_F(ForwardTest, UnaryCallsComeBackWithStatusAndMetadata) {
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "r-1");
  relay::v1::GetRelayRequest request;
  request.set_key("cam");
  relay::v1::GetRelayResponse response;
  ASSERT_TRUE(stub_->GetRelay(&context, request, &response).ok());
  EXPECT_EQ(response.relay().key(), "cam");
  EXPECT_EQ(ingest_.last_metadata("x-request-id"), "r-1");
  grpc::ClientContext again;
  request.set_key("other");
  EXPECT_EQ(stub_->GetRelay(&again, request, &response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ForwardTest, ACallWithoutARequestIdGetsOne) {
  grpc::ClientContext context;
  relay::v1::GetRelayRequest request;
  request.set_key("cam");
  relay::v1::GetRelayResponse response;
  ASSERT_TRUE(stub_->GetRelay(&context, request, &response).ok());
  EXPECT_EQ(ingest_.last_metadata("x-request-id").size(), 16u);
}

TEST_F(ForwardTest, LargePicturePasses) {
  grpc::ClientContext context;
  relay::v1::PushFrameRequest request;
  request.set_key("cam");
  request.mutable_image()->set_data(TinyJpeg(std::string(7 << 20, 'x')));
  relay::v1::PushFrameResponse response;
  const auto status = stub_->PushFrame(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(ingest_.frames("cam").at(0), request.image().data());
}

TEST_F(ForwardTest, DeadlineAndCancellationReachTheCallee) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(50)));
  relay::v1::WaitUntilReadyRequest request;
  request.set_key("cam");
  request.mutable_timeout()->set_seconds(300);
  relay::v1::WaitUntilReadyResponse response;
  EXPECT_EQ(stub_->WaitUntilReady(&context, request, &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  ingest_.WaitForCancelled(1);
}

TEST_F(ForwardTest, StreamIsAcknowledgedPictureByPicture) {
  grpc::ClientContext context;
  const auto stream = stub_->PushFrames(&context);
  ASSERT_TRUE(stream->Write(Open("cam")));
  for (uint64_t id = 1; id <= 20; ++id) {
    ASSERT_TRUE(stream->Write(Frame(id, id == 7 ? "no" : TinyJpeg(std::string(100000, 'x')))));
    PushFramesResponse ack;
    ASSERT_TRUE(stream->Read(&ack));
    EXPECT_EQ(ack.id(), id);
    EXPECT_EQ(ack.outcome(),
              id == 7 ? relay::v1::PUSH_OUTCOME_BAD_IMAGE : relay::v1::PUSH_OUTCOME_ACCEPTED);
  }
  stream->WritesDone();
  PushFramesResponse none;
  EXPECT_FALSE(stream->Read(&none));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(ingest_.frames("cam").size(), 19);
}

TEST_F(ForwardTest, WriterThatDoesNotReadGetsEverythingLater) {
  grpc::ClientContext context;
  const auto stream = stub_->PushFrames(&context);
  ASSERT_TRUE(stream->Write(Open("cam")));
  std::thread writer([&] {
    for (uint64_t id = 1; id <= 200; ++id) stream->Write(Frame(id, TinyJpeg()));
    stream->WritesDone();
  });
  PushFramesResponse ack;
  uint64_t last = 0;
  while (stream->Read(&ack)) EXPECT_EQ(ack.id(), ++last);
  writer.join();
  EXPECT_EQ(last, 200);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ForwardTest, CalleesEarlyEndReachesAnIdleCaller) {
  grpc::ClientContext context;
  const auto stream = stub_->PushFrames(&context);
  ASSERT_TRUE(stream->Write(Open("unknown")));
  PushFramesResponse none;
  EXPECT_FALSE(stream->Read(&none));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ForwardTest, CancelledStreamCancelsTheCallee) {
  grpc::ClientContext context;
  const auto stream = stub_->PushFrames(&context);
  ASSERT_TRUE(stream->Write(Open("cam")));
  ASSERT_TRUE(stream->Write(Frame(1, TinyJpeg())));
  PushFramesResponse ack;
  ASSERT_TRUE(stream->Read(&ack));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ingest_.WaitForCancelled(1);
}

TEST_F(ForwardTest, StatusWaitsForTheLastAcknowledgement) {
  LastWordService service;
  testing::InProcessServer callee(&service);
  ForwardingRelayService forward(callee.Channels(), nullptr);
  const auto server = rpc::Server::Start({.services = {&forward}, .names = {"relay"}});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = relay::v1::RelayService::NewStub(
      rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", (*server)->port()))->Next());
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    const auto stream = stub->PushFrames(&context);
    ASSERT_TRUE(stream->Write(Open("cam")));
    stream->WritesDone();
    PushFramesResponse ack;
    ASSERT_TRUE(stream->Read(&ack));
    EXPECT_EQ(ack.detail().size(), LastWordService::kDetailBytes);
    EXPECT_FALSE(stream->Read(&ack));
    EXPECT_TRUE(stream->Finish().ok());
  }
}

TEST_F(ForwardTest, ShortStreamsEndWhileOthersRun) {
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([this] {
      for (int i = 0; i < 100; ++i) {
        grpc::ClientContext context;
        const auto stream = stub_->PushFrames(&context);
        EXPECT_TRUE(stream->Write(Open("cam")));
        EXPECT_TRUE(stream->Write(Frame(1, TinyJpeg())));
        stream->WritesDone();
        PushFramesResponse ack;
        EXPECT_TRUE(stream->Read(&ack));
        EXPECT_FALSE(stream->Read(&ack));
        EXPECT_TRUE(stream->Finish().ok());
      }
    });
  }
  for (auto& caller : callers) caller.join();
}

TEST_F(ForwardTest, CallsSpreadOverTheChannels) {
  testing::FakeRelayService other;
  testing::InProcessServer other_server(&other);
  const auto channels = std::make_shared<rpc::ChannelPool>(
      std::vector{ingest_server_.Channels()->Next(), other_server.Channels()->Next()});
  ForwardingRelayService forward(channels, nullptr);
  const auto server = rpc::Server::Start({.services = {&forward}, .names = {"relay"}});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = relay::v1::RelayService::NewStub(
      rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", (*server)->port()))->Next());
  int known = 0;
  for (int i = 0; i < 4; ++i) {
    grpc::ClientContext context;
    relay::v1::GetRelayRequest request;
    request.set_key("cam");
    relay::v1::GetRelayResponse response;
    known += stub->GetRelay(&context, request, &response).ok() ? 1 : 0;
  }
  EXPECT_EQ(known, 2);
}

TEST_F(ForwardTest, AWatchPassesAnswersAndTheCallersLeaving) {
  relay::v1::Relay relay;
  for (int i = 0; i < 50; ++i) {
    relay.set_key(absl::StrCat("cam", i));
    relay.mutable_spec()->mutable_rtsp()->set_url(std::string(2000, 'x'));
    ingest_.Put(relay);
  }
  grpc::ClientContext context;
  const auto stream = stub_->WatchRelays(&context, {});
  relay::v1::WatchRelaysResponse news;
  int relays = 0;
  while (!news.synced()) {
    ASSERT_TRUE(stream->Read(&news));
    relays += news.has_relay() ? 1 : 0;
  }
  EXPECT_EQ(relays, 51);
  context.TryCancel();
  EXPECT_FALSE(stream->Read(&news));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ingest_.WaitForCancelled(1);
}

TEST_F(ForwardTest, AWatchOfAServiceThatEndsItSaysSo) {
  class Refusing final : public relay::v1::RelayService::CallbackService {
    grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse>* WatchRelays(
        grpc::CallbackServerContext*, const relay::v1::WatchRelaysRequest*) override {
      class End final : public grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse> {
       public:
        End() { Finish({grpc::StatusCode::UNAVAILABLE, "stopping"}); }
        void OnDone() override { const std::unique_ptr<End> self(this); }
      };
      return std::make_unique<End>().release();
    }
  } service;
  testing::InProcessServer callee(&service);
  ForwardingRelayService forward(callee.Channels(), nullptr);
  const auto server = rpc::Server::Start({.services = {&forward}, .names = {"relay"}});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = relay::v1::RelayService::NewStub(
      rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", (*server)->port()))->Next());
  grpc::ClientContext context;
  const auto stream = stub->WatchRelays(&context, {});
  relay::v1::WatchRelaysResponse news;
  EXPECT_FALSE(stream->Read(&news));
  EXPECT_EQ(stream->Finish().error_message(), "stopping");
}

TEST_F(ForwardTest, AccessUnitsPass) {
  grpc::ClientContext context;
  const auto stream = stub_->PushPackets(&context);
  relay::v1::PushPacketsRequest request;
  request.mutable_open()->set_key("cam");
  ASSERT_TRUE(stream->Write(request));
  relay::v1::PushPacketsResponse progress;
  for (uint64_t i = 1; i <= 20; ++i) {
    request.mutable_unit()->set_annexb("unit");
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&progress));
    EXPECT_EQ(progress.accepted(), i);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&progress));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ForwardTest, DrainEndsOpenStreams) {
  grpc::ClientContext context;
  const auto stream = stub_->PushFrames(&context);
  ASSERT_TRUE(stream->Write(Open("cam")));
  ASSERT_TRUE(stream->Write(Frame(1, TinyJpeg())));
  PushFramesResponse ack;
  ASSERT_TRUE(stream->Read(&ack));
  server_ = nullptr;
  EXPECT_FALSE(stream->Read(&ack));
  EXPECT_FALSE(stream->Finish().ok());
}

}  // namespace
}  // namespace relayfleet::gateway
