// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/http/testing/raw_client.h"
#include "libs/rpc/channel.h"
#include "libs/telemetry/metrics.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/gateway/metrics.h"
#include "services/gateway/testing/fake_relay_service.h"

namespace relayfleet::gateway {
namespace {

using http::testing::RawClient;
using http::testing::RequestText;
using ::testing::HasSubstr;
using testing::TinyJpeg;

constexpr Gateway::Port kFree = {.value = 0, .is_explicit = true};

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() : gateway_(Options(), ingest_server_.Channels(), &runtime_) {
    const absl::Status started = gateway_.Start();
    EXPECT_TRUE(started.ok()) << started;
  }

  Gateway::Options Options() {
    Gateway::Options options;
    options.robot_relay = options.rest = options.grpc = kFree;
    options.observer = std::make_shared<Metrics>(registry_, telemetry::NullLogger());
    return options;
  }

  RawClient::Reply Rest(const std::string& method, const std::string& target,
                        const std::string& body = "") {
    RawClient client(gateway_.ports().rest);
    return client.Ask(RequestText(method, target, body)).value();
  }

  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  testing::FakeRelayService ingest_;
  testing::InProcessServer ingest_server_{&ingest_};
  base::ThreadRuntime runtime_{2, "gateway-test"};
  Gateway gateway_;
};

TEST_F(GatewayTest, NativeRestCreatesFeedsShowsAndDeletes) {
  const auto created = Rest("POST", "/v1/relays", R"({"key":"a/b","spec":{"frames":{"fps":10}}})");
  EXPECT_EQ(created.status, 200) << created.body;
  EXPECT_THAT(created.body, HasSubstr(R"("key":"a/b")"));
  const auto pushed = Rest("POST", "/v1/relays/a/b:pushFrame", TinyJpeg());
  EXPECT_EQ(pushed.status, 200) << pushed.body;
  EXPECT_THAT(pushed.body, HasSubstr("PUSH_OUTCOME_ACCEPTED"));
  EXPECT_EQ(ingest_.frames("a/b").at(0), TinyJpeg());
  EXPECT_THAT(Rest("GET", "/v1/relays/a%2Fb:ready?timeout=1s").body, HasSubstr("\"ready\":true"));
  EXPECT_THAT(Rest("GET", "/v1/relays/a/b").body, HasSubstr("\"fps\":10"));
  EXPECT_THAT(Rest("POST", "/v1/relays/a/b:pushFrame?wait_for=ACK_LEVEL_WRITTEN", TinyJpeg()).body,
              HasSubstr(R"("detail":"")"));
  EXPECT_EQ(Rest("DELETE", "/v1/relays/a/b").status, 200);
  const auto gone = Rest("GET", "/v1/relays/a/b");
  EXPECT_EQ(gone.status, 404);
  EXPECT_THAT(gone.body, HasSubstr("\"code\":5"));
}

TEST_F(GatewayTest, NativeRestUpdatesAndListsEncoders) {
  ASSERT_EQ(Rest("POST", "/v1/relays", R"({"key":"a/b","spec":{"frames":{}}})").status, 200);
  const auto updated = Rest("PUT", "/v1/relays/a%2Fb", R"({"spec":{"frames":{"fps":11}}})");
  EXPECT_EQ(updated.status, 200) << updated.body;
  EXPECT_EQ(ingest_.relays().at("a/b").spec().frames().fps(), 11u);
  EXPECT_EQ(Rest("PUT", "/v1/relays/nobody", R"({"spec":{"frames":{}}})").status, 404);
  EXPECT_THAT(Rest("GET", "/v1/encoders").body, HasSubstr("libx264"));
}

TEST_F(GatewayTest, AFailedCameraBeginsAnewWithWhatIsAskedForNow) {
  relay::v1::Relay relay;
  relay.set_key("cam");
  relay.mutable_spec()->set_origin("robot_relay");
  relay.mutable_spec()->mutable_rtsp()->set_url("rtsp://u:wrong@10.0.0.5/live");
  relay.mutable_status()->set_state(relay::v1::RELAY_STATE_FAILED);
  ingest_.Put(relay);
  RawClient client(gateway_.ports().robot_relay);
  const auto reply = client.Ask(RequestText(
      "POST", "/relays", R"({"key":"cam","source_url":"rtsp://u:right@10.0.0.5/live"})"));
  EXPECT_EQ(reply->status, 200) << reply->body;
  EXPECT_EQ(ingest_.relays().at("cam").spec().rtsp().url(), "rtsp://u:right@10.0.0.5/live");
}

TEST_F(GatewayTest, NativeRestIsStrict) {
  EXPECT_EQ(Rest("POST", "/v1/relays", R"({"key":"a","nothing":1})").status, 400);
  EXPECT_EQ(Rest("POST", "/v1/relays", "{").status, 400);
  EXPECT_EQ(Rest("GET", "/v1/relays?nothing=1").status, 400);
  EXPECT_EQ(Rest("GET", "/v1/relays/a:ready?timeout=soon").status, 400);
  EXPECT_EQ(Rest("PUT", "/v1/relays").status, 405);
  EXPECT_EQ(Rest("GET", "/nothing").status, 404);
  EXPECT_EQ(Rest("GET", "/v1/relays").body, R"({"relays":[]})");
}

TEST_F(GatewayTest, LiveAndReady) {
  EXPECT_EQ(Rest("GET", "/healthz").status, 200);
  const auto ready = Rest("GET", "/readyz");
  EXPECT_EQ(ready.status, 200) << ready.body;
}

TEST_F(GatewayTest, RequestIdAndPeerReachIngest) {
  RawClient client(gateway_.ports().robot_relay);
  const auto reply =
      client.Ask("GET /relays HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: abc-7\r\n\r\n");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->Header("X-Request-Id"), "abc-7");
  EXPECT_EQ(ingest_.last_metadata("x-request-id"), "abc-7");
  EXPECT_THAT(ingest_.last_metadata("x-forwarded-for"), ::testing::StartsWith("127.0.0.1:"));
}

TEST_F(GatewayTest, ClientThatLeavesEndsItsWait) {
  relay::v1::Relay relay;
  relay.set_key("cam");
  relay.mutable_spec()->mutable_frames();
  ingest_.Put(relay);
  RawClient client(gateway_.ports().robot_relay);
  client.Send(RequestText("GET", "/relays/cam/ready?timeout=300"));
  ingest_.WaitForWaiting(1);
  client.Close();
  ingest_.WaitForCancelled(1);
}

TEST_F(GatewayTest, NativeGrpcIsForwarded) {
  const auto stub = relay::v1::RelayService::NewStub(
      rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", gateway_.ports().grpc))->Next());
  grpc::ClientContext context;
  relay::v1::CreateRelayRequest request;
  request.set_key("a");
  request.mutable_spec()->mutable_frames();
  relay::v1::CreateRelayResponse response;
  ASSERT_TRUE(stub->CreateRelay(&context, request, &response).ok());
  EXPECT_EQ(ingest_.relays().count("a"), 1);
}

TEST_F(GatewayTest, RequestsAreMetered) {
  Rest("GET", "/v1/relays");
  // The answer is seen here a moment before it is counted there; a second one on a new connection
  // is not counted before the first.
  while (telemetry::RenderText(*registry_).find("requests_total") == std::string::npos) {
    Rest("GET", "/healthz");
  }
  EXPECT_THAT(telemetry::RenderText(*registry_), HasSubstr("api=\"rest\""));
}

TEST_F(GatewayTest, TakenPortIsFatalOnlyWhenAskedFor) {
  Gateway::Options options = Options();
  options.robot_relay = {.value = gateway_.ports().robot_relay, .is_explicit = true};
  Gateway asked(options, ingest_server_.Channels(), &runtime_);
  EXPECT_THAT(std::string(asked.Start().message()),
              HasSubstr(absl::StrCat(gateway_.ports().robot_relay)));
  options.robot_relay.is_explicit = false;
  options.rest = {.value = gateway_.ports().rest};
  options.grpc = {.value = gateway_.ports().grpc};
  Gateway by_default(options, ingest_server_.Channels(), &runtime_);
  EXPECT_TRUE(by_default.Start().ok());
  EXPECT_EQ(by_default.ports().robot_relay, 0);
  EXPECT_EQ(by_default.ports().rest, 0);
  EXPECT_EQ(by_default.ports().grpc, 0);
}

TEST_F(GatewayTest, RestCallsSpreadOverTheChannels) {
  testing::FakeRelayService other;
  testing::InProcessServer other_server(&other);
  Gateway gateway(Options(),
                  std::make_shared<rpc::ChannelPool>(std::vector{ingest_server_.Channels()->Next(),
                                                                 other_server.Channels()->Next()}),
                  &runtime_);
  ASSERT_TRUE(gateway.Start().ok());
  RawClient native(gateway.ports().rest);
  RawClient robot(gateway.ports().robot_relay);
  for (int i = 0; i < 4; ++i) {
    const std::string key = absl::StrCat("cam", i);
    native
        .Ask(RequestText("POST", "/v1/relays",
                         absl::StrCat(R"({"key":"n)", key, R"(","spec":{"frames":{}}})")))
        .IgnoreError();
    native.Ask(RequestText("GET", "/v1/relays")).IgnoreError();
    robot
        .Ask(RequestText("POST", "/relays",
                         absl::StrCat(R"({"key":"r)", key, R"(","type":"robot_camera"})")))
        .IgnoreError();
  }
  EXPECT_EQ(ingest_.relays().size() + other.relays().size(), 8);
  EXPECT_GT(ingest_.relays().size(), 0);
  EXPECT_GT(other.relays().size(), 0);
}

TEST_F(GatewayTest, LargePicturePassesTheRobotApi) {
  RawClient client(gateway_.ports().robot_relay);
  ASSERT_EQ(
      client.Ask(RequestText("POST", "/relays", R"({"key":"a","type":"robot_camera"})"))->status,
      200);
  const std::string jpeg = TinyJpeg(std::string(3 << 20, 'x'));
  EXPECT_EQ(client.Ask(RequestText("POST", "/relays/a/frame", jpeg))->status, 204);
  ASSERT_EQ(ingest_.frames("a").size(), 1);
  EXPECT_TRUE(ingest_.frames("a")[0] == jpeg);
}

TEST_F(GatewayTest, DrainedGatewayOutlivesTheRuntimesThreads) {
  auto gateway = std::make_unique<Gateway>(Options(), ingest_server_.Channels(), &runtime_);
  ASSERT_TRUE(gateway->Start().ok());
  gateway_.Drain(absl::ZeroDuration());
  gateway->Drain(absl::ZeroDuration());
  runtime_.Stop();
  const absl::Duration began = runtime_.clock().Monotonic();
  gateway = nullptr;
  EXPECT_LT(runtime_.clock().Monotonic() - began, absl::Milliseconds(900));
}

TEST_F(GatewayTest, DrainLetsAWaitFinishAndThenRefuses) {
  const int port = gateway_.ports().robot_relay;
  gateway_.Drain(absl::Milliseconds(10));
  RawClient late(port);
  EXPECT_TRUE(late.WaitClosed());
}

}  // namespace
}  // namespace relayfleet::gateway
