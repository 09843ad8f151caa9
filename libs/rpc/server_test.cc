// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/server.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/wrappers.pb.h"
#include "grpcpp/client_context.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "gtest/gtest.h"
#include "libs/rpc/channel.h"
#include "relayfleet/publish/v1/publish.grpc.pb.h"

namespace relayfleet::rpc {
namespace {

constexpr char kName[] = "relayfleet.publish.v1.PublishService";

// Answers one call.
class PathService final : public publish::v1::PublishService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetPath(grpc::CallbackServerContext* context,
                                    const publish::v1::GetPathRequest* request,
                                    publish::v1::GetPathResponse* response) override {
    response->mutable_path()->set_path(request->path());
    response->mutable_path()->set_last_error(std::string(blob_bytes, 'x'));
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  size_t blob_bytes = 0;
};

struct ServerTest : ::testing::Test {
  // Calls by wire form: a string as field 1 in, a number as field 1 out (grpc.health.v1).
  grpc::Status Call(absl::string_view method, const std::string& text, int* number) {
    grpc::ClientContext context;
    google::protobuf::StringValue request;
    request.set_value(text);
    google::protobuf::Int32Value response;
    const auto status = grpc::internal::BlockingUnaryCall(
        channels->Next().get(),
        grpc::internal::RpcMethod(method.data(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, &response);
    *number = response.value();
    return status;
  }
  // 1: SERVING, 2: NOT_SERVING, -5: unknown name.
  int Health(const std::string& name) {
    int number = 0;
    const auto status = Call("/grpc.health.v1.Health/Check", name, &number);
    return status.ok() ? number : -static_cast<int>(status.error_code());
  }
  grpc::Status GetPath(size_t* bytes = nullptr) {
    grpc::ClientContext context;
    publish::v1::GetPathResponse response;
    const auto status = publish::v1::PublishService::NewStub(channels->Next())
                            ->GetPath(&context, publish::v1::GetPathRequest(), &response);
    if (bytes != nullptr) *bytes = response.path().last_error().size();
    return status;
  }

  PathService service;
  std::unique_ptr<Server> server = *Server::Start({.services = {&service}, .names = {kName}});
  std::shared_ptr<ChannelPool> channels =
      ChannelPool::Dial(absl::StrCat("127.0.0.1:", server->port()));
};

TEST_F(ServerTest, ListensOnAFreePortAndServes) {
  EXPECT_GT(server->port(), 0);
  EXPECT_TRUE(GetPath().ok());
}

TEST_F(ServerTest, HealthKnowsEachServiceByName) {
  EXPECT_EQ(Health(""), 1);
  EXPECT_EQ(Health(kName), 1);
  EXPECT_EQ(Health("no.such.Service"), -5);
  server->SetServing(false);
  EXPECT_EQ(Health(""), 2);
  EXPECT_EQ(Health(kName), 2);
}

TEST_F(ServerTest, ReflectionIsServed) {
  int number = 0;
  const auto status =
      Call("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "localhost", &number);
  EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
}

TEST_F(ServerTest, ATakenPortIsAnError) {
  const auto second = Server::Start({.listen = absl::StrCat("127.0.0.1:", server->port())});
  ASSERT_FALSE(second.ok());
  EXPECT_TRUE(absl::StrContains(second.status().message(), absl::StrCat(server->port())))
      << second.status();
}

TEST_F(ServerTest, MessagesAboveGrpcsDefaultPass) {
  service.blob_bytes = 8 << 20;
  size_t bytes = 0;
  EXPECT_TRUE(GetPath(&bytes).ok());
  EXPECT_EQ(bytes, service.blob_bytes);
}

TEST_F(ServerTest, TakesNoCallAfterDraining) {
  ASSERT_TRUE(GetPath().ok());
  server->Drain(absl::Seconds(1));
  EXPECT_EQ(GetPath().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerTest, ServesWithoutASocket) {
  grpc::ClientContext context;
  publish::v1::GetPathResponse response;
  EXPECT_TRUE(publish::v1::PublishService::NewStub(server->InProcessChannel())
                  ->GetPath(&context, publish::v1::GetPathRequest(), &response)
                  .ok());
}

TEST_F(ServerTest, ChannelsAreHandedOutInTurn) {
  const auto first = channels->Next();
  for (int i = 0; i < 3; ++i) EXPECT_NE(channels->Next(), first);
  EXPECT_EQ(channels->Next(), first);
}

TEST_F(ServerTest, AServerThatComesBackIsFoundAtOnce) {
  ASSERT_TRUE(GetPath().ok());
  const std::string listen = absl::StrCat("127.0.0.1:", server->port());
  server = nullptr;
  const absl::Time start = absl::Now();
  server = *Server::Start({.listen = listen, .services = {&service}});
  while (!GetPath().ok()) ASSERT_LT(absl::Now() - start, absl::Seconds(10));
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
}

}  // namespace
}  // namespace relayfleet::rpc
