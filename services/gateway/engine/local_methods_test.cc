// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/local_methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "relayfleet/rest/v1/robot_relay.pb.h"

namespace relayfleet::gateway {
namespace {

using ::testing::HasSubstr;

class Echo {
 public:
  void StopRelay(const CallContextPtr&, rest::v1::StopRelayRequest request,
                 Reply<rest::v1::StopRelayResponse> reply) {
    rest::v1::StopRelayResponse response;
    response.set_stopped(request.key());
    reply(grpc::Status::OK, std::move(response));
  }
  void PushFrame(const CallContextPtr&, rest::v1::PushFrameRequest request,
                 Reply<rest::v1::PushFrameResponse> reply) {
    picture_ = std::move(*request.mutable_frame()->mutable_data());
    reply({grpc::StatusCode::NOT_FOUND, "no such relay"}, {});
  }

  std::string picture_;
};

const google::protobuf::MethodDescriptor& Method(const char* name) {
  return *rest::v1::PushFrameRequest::descriptor()->file()->service(0)->FindMethodByName(name);
}

TEST(LocalMethods, MessagesPassInTheProcess) {
  LocalMethods methods;
  methods.Add("StopRelay", std::make_shared<Echo>(), &Echo::StopRelay);
  const auto call = methods.Find(Method("StopRelay"));
  ASSERT_TRUE(call.ok()) << call.status();
  auto request = std::make_unique<rest::v1::StopRelayRequest>();
  request->set_key("cam");
  std::string stopped;
  (*call)(BuiltRequest{.message = std::move(request)}, nullptr,
          [&](const grpc::Status& status, std::unique_ptr<google::protobuf::Message> message) {
            EXPECT_TRUE(status.ok());
            stopped = static_cast<rest::v1::StopRelayResponse&>(*message).stopped();
          });
  EXPECT_EQ(stopped, "cam");
}

TEST(LocalMethods, RawBodyIsMovedAndStatusComesBack) {
  LocalMethods methods;
  const auto echo = std::make_shared<Echo>();
  methods.Add("PushFrame", echo, &Echo::PushFrame);
  BuiltRequest request{.message = std::make_unique<rest::v1::PushFrameRequest>(),
                       .raw_field = rest::v1::PushFrameRequest::descriptor()->field(1),
                       .raw = std::string(1000, 'x')};
  const char* const data = request.raw.data();
  grpc::Status answered;
  (*methods.Find(Method("PushFrame")))(
      std::move(request), nullptr,
      [&](const grpc::Status& status, std::unique_ptr<google::protobuf::Message>) {
        answered = status;
      });
  EXPECT_EQ(echo->picture_.data(), data);
  EXPECT_EQ(answered.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(LocalMethods, MethodsThatAreMissingOrOfOtherMessagesAreNamed) {
  LocalMethods methods;
  EXPECT_THAT(std::string(methods.Find(Method("PushFrame")).status().message()),
              HasSubstr("PushFrame"));
  methods.Add("StopAll", std::make_shared<Echo>(), &Echo::StopRelay);
  EXPECT_THAT(std::string(methods.Find(Method("StopAll")).status().message()),
              HasSubstr("other messages"));
}

}  // namespace
}  // namespace relayfleet::gateway
