// SPDX-License-Identifier: Apache-2.0

#include <deque>
#include <memory>
#include <utility>

#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "libs/base/mutex.h"
#include "libs/flow/testing/pipe_conformance.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/client_pipe.h"
#include "libs/rpc/server.h"
#include "libs/rpc/server_pipe.h"
#include "libs/rpc/stage_connectors.h"
#include "libs/rpc/stage_convert.h"
#include "relayfleet/transcode/v1/transcode.grpc.pb.h"

namespace relayfleet::rpc {
namespace {

using flow::testing::PipeRecorder;

// Makes a pipe of each call and hands it to the test.
class PipeService final : public transcode::v1::TranscodeService::CallbackService {
 public:
  grpc::ServerBidiReactor<transcode::v1::TranscodeRequest, transcode::v1::TranscodeResponse>*
  Transcode(grpc::CallbackServerContext* context) override {
    auto [reactor, pipe] = ServePipe<TranscodeWire>(context);
    base::MutexLock lock(&mutex_);
    pipes_.push_back(std::move(pipe));
    added_.NotifyAll();
    return reactor;
  }

  // The server's end of the next call.
  std::unique_ptr<flow::TranscodePipe> Next() {
    base::MutexLock lock(&mutex_);
    added_.Wait(&mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return !pipes_.empty(); });
    auto pipe = std::move(pipes_.front());
    pipes_.pop_front();
    return pipe;
  }

 private:
  base::Mutex mutex_;
  base::CondVar added_;
  std::deque<std::unique_ptr<flow::TranscodePipe>> pipes_ ABSL_GUARDED_BY(mutex_);
};

struct SocketEnv {
  static constexpr bool kCarriesUpperStatus = false;

  std::pair<std::unique_ptr<flow::ToTranscode>, std::unique_ptr<flow::TranscodePipe>> Make() {
    auto upper = connector.Connect();
    return {std::move(upper), service.Next()};
  }

  PipeService service;
  std::unique_ptr<Server> server = *Server::Start({.services = {&service}});
  std::shared_ptr<ChannelPool> channels =
      ChannelPool::Dial("127.0.0.1:" + std::to_string(server->port()));
  GrpcTranscodeConnector connector{channels};
};

struct InProcessEnv {
  static constexpr bool kCarriesUpperStatus = false;

  std::pair<std::unique_ptr<flow::ToTranscode>, std::unique_ptr<flow::TranscodePipe>> Make() {
    auto upper = connector.Connect();
    return {std::move(upper), service.Next()};
  }

  PipeService service;
  std::unique_ptr<Server> server = *Server::Start({.services = {&service}});
  GrpcTranscodeConnector connector{std::make_shared<ChannelPool>(
      std::vector<std::shared_ptr<grpc::Channel>>{server->InProcessChannel()})};
};

}  // namespace
}  // namespace relayfleet::rpc

namespace relayfleet::flow::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Socket, PipeConformance, rpc::SocketEnv);
INSTANTIATE_TYPED_TEST_SUITE_P(InProcess, PipeConformance, rpc::InProcessEnv);
}  // namespace relayfleet::flow::testing

namespace relayfleet::rpc {
namespace {

// What gRPC adds: raw calls, servers that end, peers that are not there.
struct GrpcPipeTest : ::testing::Test {
  base::ThreadRuntime runtime{2, "pipe-test"};
  std::shared_ptr<base::Executor> strand = runtime.NewStrand();
  SocketEnv env;
  std::shared_ptr<PipeRecorder<flow::TranscodeUp>> up =
      std::make_shared<PipeRecorder<flow::TranscodeUp>>();
  std::shared_ptr<PipeRecorder<flow::TranscodeDown>> down =
      std::make_shared<PipeRecorder<flow::TranscodeDown>>();
};

TEST_F(GrpcPipeTest, AMessageThatDoesNotDecodeEndsTheCallForBoth) {
  auto stub = transcode::v1::TranscodeService::NewStub(env.channels->Next());
  grpc::ClientContext context;
  auto call = stub->Transcode(&context);
  auto pipe = env.service.Next();
  pipe->Start(strand, up->Handler<flow::TranscodeDown>());
  transcode::v1::TranscodeRequest request;
  request.mutable_credit()->set_packets(0);
  call->Write(request);
  EXPECT_EQ(call->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::IsInvalidArgument(up->WaitClosed()));
}

TEST_F(GrpcPipeTest, ABadAnswerEndsTheCallForTheClient) {
  auto [client, server] = env.Make();
  client->Start(strand, down->Handler<flow::TranscodeUp>());
  server->Start(strand, up->Handler<flow::TranscodeDown>());
  server->Send(flow::Credit{0});
  EXPECT_TRUE(absl::IsInvalidArgument(down->WaitClosed()));
  EXPECT_TRUE(absl::IsCancelled(up->WaitClosed()));
}

// The end of reading and the status reach the client apart: nothing may come in between.
TEST_F(GrpcPipeTest, ARefusalIsHeardWhateverTheClientSendsMeanwhile) {
  for (int i = 0; i < 300; ++i) {
    auto recorder = std::make_shared<PipeRecorder<flow::TranscodeDown>>();
    auto client = env.connector.Connect();
    client->Start(strand, recorder->Handler<flow::TranscodeUp>());
    client->Send(flow::testing::UpPacket(1));
    env.service.Next()->Close(absl::ResourceExhaustedError("no room"));
    client->Send(flow::testing::UpPacket(2));
    ASSERT_EQ(recorder->WaitClosed(), absl::ResourceExhaustedError("no room")) << i;
  }
}

TEST_F(GrpcPipeTest, APeerThatIsNotThereIsUnavailable) {
  env.server = nullptr;
  auto pipe = env.connector.Connect();
  pipe->Start(strand, down->Handler<flow::TranscodeUp>());
  pipe->Send(flow::ForceIdr());
  EXPECT_TRUE(absl::IsUnavailable(down->WaitClosed()));
}

TEST_F(GrpcPipeTest, AServerThatEndsCutsOffItsCalls) {
  auto [client, server] = env.Make();
  client->Start(strand, down->Handler<flow::TranscodeUp>());
  server->Start(strand, up->Handler<flow::TranscodeDown>());
  env.server->Drain(absl::ZeroDuration());
  EXPECT_FALSE(down->WaitClosed().ok());
  EXPECT_TRUE(absl::IsCancelled(up->WaitClosed()));
}

TEST_F(GrpcPipeTest, AFullInboxPausesReadingAndLosesNothing) {
  auto [client, server] = env.Make();
  const std::string megabyte(1 << 20, 'x');
  for (uint64_t seq = 1; seq <= 100; ++seq) {
    client->Send(flow::testing::UpPacket(seq, megabyte));
  }
  client->Close(absl::OkStatus());
  server->Start(strand, up->Handler<flow::TranscodeDown>());
  EXPECT_TRUE(up->WaitClosed().ok());
  EXPECT_EQ(flow::testing::Seqs(up->messages()), flow::testing::UpTo(100));
}

TEST_F(GrpcPipeTest, AClosedStreamThatThePeerNeverReadsIsCutOff) {
  auto stub = transcode::v1::TranscodeService::NewStub(env.channels->Next());
  grpc::ClientContext context;
  auto call = stub->Transcode(&context);
  auto pipe = env.service.Next();
  // More than HTTP/2's windows take, to a client that does not read.
  media::Packet packet;
  packet.seq = 1;
  packet.payload = media::MakePayload(std::string(8 << 20, 'x'));
  for (int i = 0; i < 4; ++i) pipe->Send(media::Message(packet));
  const absl::Time start = absl::Now();
  pipe = nullptr;
  env.server->Drain(absl::Seconds(60));
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
}

}  // namespace
}  // namespace relayfleet::rpc
