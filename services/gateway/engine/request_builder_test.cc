// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/request_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "relayfleet/relay/v1/relay_service.pb.h"
#include "relayfleet/rest/v1/robot_relay.pb.h"
#include "services/gateway/engine/wire.h"

namespace relayfleet::gateway {
namespace {

using ::testing::HasSubstr;

class RequestBuilderTest : public ::testing::Test {
 protected:
  // Builds the request of RelayService's method `name`.
  template <typename Message>
  absl::StatusOr<Message> Build(const std::string& name, http::Request request,
                                const http::Bindings& bindings, bool ignore_unknown = false) {
    const auto rest = ReadRestService(*Message::descriptor()->file()->service(0));
    for (const RestMethod& method : rest->methods) {
      if (method.method->name() != name) continue;
      auto built = BuildRequest(method, ignore_unknown, request, bindings);
      if (!built.ok()) return built.status();
      wait_ = built->wait;
      // On the wire and in the process it is the same message.
      Message message;
      EXPECT_TRUE(FromWire(ToWire(*std::move(built)), &message));
      auto again = BuildRequest(method, ignore_unknown, std::move(request), bindings);
      EXPECT_EQ(ToMessage(*std::move(again))->SerializeAsString(), message.SerializeAsString());
      return message;
    }
    return absl::NotFoundError(name);
  }

  absl::Duration wait_;
};

TEST_F(RequestBuilderTest, RawBodyPathAndQueryMeetInOneMessage) {
  http::Request request;
  request.body = std::string("\xff\xd8\0\xff\xd9", 5);
  request.headers = {{"content-type", "image/jpeg"}};
  request.query = {{"wait_for", "ACK_LEVEL_WRITTEN"}, {"captureTime", "2026-01-01T00:00:01Z"}};
  const auto push = Build<relay::v1::PushFrameRequest>("PushFrame", request, {{"key", "a/b"}});
  ASSERT_TRUE(push.ok()) << push.status();
  EXPECT_EQ(push->key(), "a/b");
  EXPECT_EQ(push->image().data(), request.body);
  EXPECT_EQ(push->image().content_type(), "image/jpeg");
  EXPECT_EQ(push->wait_for(), relay::v1::ACK_LEVEL_WRITTEN);
  EXPECT_EQ(push->capture_time().seconds() % 60, 1);
}

TEST_F(RequestBuilderTest, EmptyRawBodyStaysEmpty) {
  const auto push = Build<relay::v1::PushFrameRequest>("PushFrame", {}, {{"key", "a"}});
  ASSERT_TRUE(push.ok()) << push.status();
  EXPECT_TRUE(push->image().data().empty());
}

TEST_F(RequestBuilderTest, LargeRawBodyArrivesWhole) {
  http::Request request;
  request.body = std::string(3 << 20, 'x');
  const auto push = Build<relay::v1::PushFrameRequest>("PushFrame", request, {{"key", "a"}});
  ASSERT_TRUE(push.ok()) << push.status();
  EXPECT_EQ(push->image().data(), request.body);
}

TEST_F(RequestBuilderTest, RawBodyIsNotCopiedInTheProcess) {
  const auto rest = ReadRestService(*relay::v1::PushFrameRequest::descriptor()->file()->service(0));
  for (const RestMethod& method : rest->methods) {
    if (method.method->name() != "PushFrame") continue;
    http::Request request;
    request.body = std::string(1000, 'x');
    const char* const data = request.body.data();
    auto built = BuildRequest(method, false, std::move(request), {{"key", "a"}});
    ASSERT_TRUE(built.ok()) << built.status();
    const auto message = ToMessage(*std::move(built));
    EXPECT_EQ(static_cast<relay::v1::PushFrameRequest&>(*message).image().data().data(), data);
  }
}

TEST_F(RequestBuilderTest, JsonBodyIsTheWholeRequest) {
  http::Request request;
  request.body = R"({"key":"a","spec":{"frames":{"maxFps":15},"stale_after":"2s"}})";
  const auto create = Build<relay::v1::CreateRelayRequest>("CreateRelay", request, {});
  ASSERT_TRUE(create.ok()) << create.status();
  EXPECT_EQ(create->spec().frames().max_fps(), 15);
  EXPECT_EQ(create->spec().stale_after().seconds(), 2);
  request.query = {{"key", "b"}};
  EXPECT_THAT(
      std::string(
          Build<relay::v1::CreateRelayRequest>("CreateRelay", request, {}).status().message()),
      HasSubstr("query"));
}

TEST_F(RequestBuilderTest, NoBodyIsABodyWithoutFields) {
  EXPECT_TRUE(Build<relay::v1::StopAllRelaysRequest>("StopAllRelays", {}, {}).ok());
}

TEST_F(RequestBuilderTest, PathCantBeOverruledByTheQuery) {
  http::Request request;
  request.query = {{"key", "b"}};
  EXPECT_FALSE(Build<relay::v1::GetRelayRequest>("GetRelay", request, {{"key", "a"}}).ok());
  const auto lenient = Build<relay::v1::GetRelayRequest>("GetRelay", request, {{"key", "a"}}, true);
  EXPECT_EQ(lenient->key(), "a");
}

TEST_F(RequestBuilderTest, WaitIsReadFromTheTimeoutField) {
  http::Request request;
  request.query = {{"timeout", "20s"}};
  ASSERT_TRUE(
      Build<relay::v1::WaitUntilReadyRequest>("WaitUntilReady", request, {{"key", "a"}}).ok());
  EXPECT_EQ(wait_, absl::Seconds(20));
  request.query = {{"timeout", "2.5"}};
  ASSERT_TRUE(Build<rest::v1::WaitReadyRequest>("WaitReady", request, {{"key", "a"}}).ok());
  EXPECT_EQ(wait_, absl::Seconds(2.5));
  ASSERT_TRUE(Build<relay::v1::GetRelayRequest>("GetRelay", {}, {{"key", "a"}}).ok());
  EXPECT_EQ(wait_, absl::ZeroDuration());
}

}  // namespace
}  // namespace relayfleet::gateway
