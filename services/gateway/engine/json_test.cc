// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "relayfleet/relay/v1/relay_service.pb.h"
#include "relayfleet/rest/v1/robot_relay.pb.h"

namespace relayfleet::gateway {
namespace {

using ::testing::HasSubstr;

TEST(ParseJson, NullsAreIgnoredAndUnknownFieldsIfAskedFor) {
  rest::v1::StartRelayRequest request;
  const char* json = R"({"key":"a","type":null,"public_file_url":null,"more":{"x":[1,"}"]}})";
  ASSERT_TRUE(ParseJson(json, true, &request).ok());
  EXPECT_EQ(request.key(), "a");
  EXPECT_FALSE(request.has_type());
  EXPECT_THAT(std::string(ParseJson(json, false, &request).message()), HasSubstr("more"));
}

TEST(ParseJson, SaysWhatIsWrong) {
  rest::v1::StartRelayRequest request;
  for (const char* json :
       {"", "nonsense", "[]", "\"a\"", "{", "{\"key\":\"a\"", "{\"key\":5}", "{\"key\":true}",
        "{\"key\":[\"a\"]}", "{\"key\":{}}", "{\"key\":\"\xff\"}", "{\"key\":\"a\"} x"}) {
    const absl::Status status = ParseJson(json, true, &request);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << json;
    EXPECT_THAT(std::string(status.message()), HasSubstr("JSON")) << json;
    EXPECT_EQ(status.message().find('\n'), absl::string_view::npos) << json;
  }
}

TEST(ParseJson, DeepNestingIsRefusedNotCrashed) {
  rest::v1::StartRelayRequest request;
  const std::string deep = "{\"x\":" + std::string(100000, '[');
  EXPECT_FALSE(ParseJson(deep, true, &request).ok());
}

TEST(SetField, ReadsEveryTypeFromText) {
  relay::v1::PushFrameRequest push;
  EXPECT_TRUE(SetField("capture_time", "2026-01-31T12:00:00.5Z", false, &push).ok());
  EXPECT_TRUE(SetField("waitFor", "ACK_LEVEL_ENCODED", false, &push).ok());
  EXPECT_EQ(push.capture_time().nanos(), 500000000);
  EXPECT_EQ(push.wait_for(), relay::v1::ACK_LEVEL_ENCODED);
  relay::v1::WaitUntilReadyRequest wait;
  EXPECT_TRUE(SetField("timeout", "1.5s", false, &wait).ok());
  EXPECT_EQ(wait.timeout().seconds(), 1);
  relay::v1::CreateRelayRequest create;
  EXPECT_TRUE(SetField("spec.output.width", "640", false, &create).ok());
  EXPECT_TRUE(SetField("spec.output.height", "480", false, &create).ok());
  EXPECT_EQ(create.spec().output().width(), 640);
  EXPECT_EQ(create.spec().output().height(), 480);
  rest::v1::WaitReadyRequest ready;
  EXPECT_TRUE(SetField("timeout", "0.5", false, &ready).ok());
  EXPECT_EQ(ready.timeout(), 0.5);
  EXPECT_TRUE(SetField("key", "a\"b", false, &ready).ok());
  EXPECT_EQ(ready.key(), "a\"b");
}

TEST(SetField, RefusesUnknownNamesAndOtherTypes) {
  relay::v1::WaitUntilReadyRequest wait;
  EXPECT_THAT(SetField("timeout", "soon", false, &wait).message(), HasSubstr("timeout"));
  EXPECT_THAT(SetField("nothing", "1", false, &wait).message(), HasSubstr("nothing"));
  EXPECT_TRUE(SetField("nothing", "1", true, &wait).ok());
  EXPECT_FALSE(SetField("key.deeper", "1", false, &wait).ok());
  EXPECT_FALSE(SetField("", "1", false, &wait).ok());
  relay::v1::CreateRelayRequest create;
  EXPECT_FALSE(SetField("spec.output.width", "-1", false, &create).ok());
  EXPECT_FALSE(SetField("spec.output.width", "many", false, &create).ok());
  EXPECT_FALSE(SetField("spec", "{}", false, &create).ok());
}

TEST(PrintJson, OneFieldOnTopLevel) {
  rest::v1::ListRelaysResponse list;
  rest::v1::ServiceRest options;
  options.set_emit_defaults(true);
  options.set_proto_names(true);
  const auto* relays = list.GetDescriptor()->FindFieldByName("relays");
  EXPECT_EQ(*PrintJson(list, relays, options), "{}");
  auto& relay = (*list.mutable_relays())["a\"],}/b"];
  relay.set_type("robot_camera");
  relay.set_uptime(12.3);
  EXPECT_EQ(*PrintJson(list, relays, options),
            R"({"a\"],}/b":{"type":"robot_camera","running":false,"uptime":12.3,)"
            R"("restart_count":0}})");
  options.Clear();
  list.Clear();
  EXPECT_EQ(*PrintJson(list, relays, options), "{}");
}

TEST(PrintJson, RepeatedAndMessageFields) {
  relay::v1::ListRelaysResponse list;
  const auto* relays = list.GetDescriptor()->FindFieldByName("relays");
  EXPECT_EQ(*PrintJson(list, relays, {}), "[]");
  list.add_relays()->set_key("a");
  list.add_relays()->set_key("b");
  EXPECT_EQ(*PrintJson(list, relays, {}), R"([{"key":"a"},{"key":"b"}])");
  relay::v1::GetRelayResponse get;
  get.mutable_relay()->set_key("a");
  EXPECT_EQ(*PrintJson(get, get.GetDescriptor()->FindFieldByName("relay"), {}), R"({"key":"a"})");
  EXPECT_EQ(*PrintJson(get, nullptr, {}), R"({"relay":{"key":"a"}})");
}

}  // namespace
}  // namespace relayfleet::gateway
