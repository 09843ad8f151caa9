// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/rest_service.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "google/api/annotations.pb.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "relayfleet/rest/v1/robot_relay.pb.h"

namespace relayfleet::gateway {
namespace {

using ::testing::HasSubstr;

const google::protobuf::ServiceDescriptor& Service(const google::protobuf::Descriptor* message) {
  return *message->file()->service(0);
}

const RestMethod* Find(const RestService& service, const std::string& name) {
  for (const RestMethod& method : service.methods) {
    if (method.method->name() == name) return &method;
  }
  return nullptr;
}

TEST(ReadRestService, RobotRelayAsItsProtoSays) {
  const auto rest = ReadRestService(Service(rest::v1::HealthRequest::descriptor()));
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->methods.size(), 7);
  EXPECT_EQ(rest->options.error_shape(), rest::v1::ERROR_SHAPE_ERROR);
  EXPECT_TRUE(rest->options.ignore_unknown());
  const RestMethod* push = Find(*rest, "PushFrame");
  EXPECT_EQ(push->http_method, "POST");
  EXPECT_EQ(push->path, "/relays/{key=**}/frame");
  EXPECT_EQ(push->body_field->name(), "frame");
  EXPECT_EQ(push->success_status, 204);
  EXPECT_TRUE(push->empty_body);
  EXPECT_EQ(Find(*rest, "ListRelays")->response_field->name(), "relays");
  EXPECT_TRUE(Find(*rest, "StartRelay")->body_is_request);
}

TEST(ReadRestService, MethodsWithoutARouteAreLeftOut) {
  const auto rest = ReadRestService(Service(relay::v1::GetRelayRequest::descriptor()));
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->methods.size(), 9);
  for (const char* stream : {"PushFrames", "PushPackets", "WatchRelays"}) {
    EXPECT_EQ(Find(*rest, stream), nullptr) << stream;
  }
  EXPECT_TRUE(rest->options.emit_defaults());
  EXPECT_FALSE(rest->options.ignore_unknown());
}

// Builds a service with one method whose request is {string a; HttpBody-free message}.
class BadRule : public ::testing::Test {
 protected:
  absl::Status Read(const google::api::HttpRule& rule, bool streaming = false) {
    google::protobuf::FileDescriptorProto file;
    file.set_name("bad.proto");
    auto* message = file.add_message_type();
    message->set_name("M");
    auto* field = message->add_field();
    field->set_name("a");
    field->set_number(1);
    field->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
    field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    auto* service = file.add_service();
    service->set_name("S");
    auto* method = service->add_method();
    method->set_name("Call");
    method->set_input_type(".M");
    method->set_output_type(".M");
    method->set_server_streaming(streaming);
    *method->mutable_options()->MutableExtension(google::api::http) = rule;
    google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
    const auto* built = pool.BuildFile(file);
    return built == nullptr ? absl::InternalError("no file")
                            : ReadRestService(*built->service(0)).status();
  }
};

TEST_F(BadRule, NamesTheFieldThatIsNotThere) {
  google::api::HttpRule rule;
  rule.set_post("/m");
  rule.set_body("nothing");
  EXPECT_THAT(std::string(Read(rule).message()), HasSubstr("nothing"));
  rule.set_body("a");
  EXPECT_THAT(std::string(Read(rule).message()), HasSubstr("can't be a body"));
  rule.set_body("*");
  EXPECT_TRUE(Read(rule).ok());
  rule.set_response_body("nothing");
  EXPECT_FALSE(Read(rule).ok());
}

TEST_F(BadRule, AdditionalBindingsAreRead) {
  google::api::HttpRule rule;
  rule.set_get("/m");
  rule.add_additional_bindings()->set_body("nothing");
  EXPECT_FALSE(Read(rule).ok());
  EXPECT_FALSE(Read(rule, /*streaming=*/true).ok());
}

}  // namespace
}  // namespace relayfleet::gateway
