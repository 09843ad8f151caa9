// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/testing/raw_client.h"
#include "services/gateway/gateway.h"
#include "services/gateway/testing/fake_relay_service.h"
#include "tests/conformance/exchange.h"

namespace relayfleet::conformance {
namespace {

using http::testing::RawClient;

constexpr char kFolder[] = "tests/conformance/robot_relay";

// Each file of exchanges runs against a fresh gateway, with raw and with escaped keys.
class RobotRelayConformance : public ::testing::TestWithParam<std::tuple<std::string, KeyForm>> {
 protected:
  RobotRelayConformance() : gateway_(Options(), ingest_server_.Channels(), &runtime_) {
    const absl::Status started = gateway_.Start();
    EXPECT_TRUE(started.ok()) << started;
    // Relays that this API did not make: it may feed them, but neither lists nor stops them.
    relay::v1::Relay native;
    native.set_key("native/camera");
    native.mutable_spec()->set_origin("native");
    native.mutable_spec()->mutable_frames();
    ingest_.Put(native);
    native.set_key("native/other");
    native.mutable_spec()->clear_frames();
    ingest_.Put(native);
  }

  static gateway::Gateway::Options Options() {
    constexpr gateway::Gateway::Port kFree = {.value = 0, .is_explicit = true};
    gateway::Gateway::Options options;
    options.robot_relay = options.rest = options.grpc = kFree;
    return options;
  }

  std::string RequestText(const Exchange& exchange) {
    std::string text =
        absl::StrCat(exchange.method, " ", exchange.target, " HTTP/1.1\r\nHost: localhost\r\n");
    for (const auto& [name, value] : exchange.headers) {
      absl::StrAppend(&text, name, ": ", value, "\r\n");
    }
    return absl::StrCat(text, "Content-Length: ", exchange.body.size(), "\r\n\r\n", exchange.body);
  }

  void Check(const Exchange& exchange, const absl::StatusOr<RawClient::Reply>& reply) {
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->status, exchange.status) << reply->body;
    EXPECT_EQ(CompareBody(exchange.expected_body, reply->body), "");
    for (const auto& [name, value] : exchange.expected_headers) {
      EXPECT_EQ(reply->Header(name), value) << name;
    }
  }

  void Run(const Exchange& exchange) {
    SCOPED_TRACE(exchange.title);
    std::vector<absl::StatusOr<RawClient::Reply>> replies(exchange.at_once,
                                                          absl::UnknownError("not asked"));
    std::vector<std::thread> askers;
    for (auto& reply : replies) {
      askers.emplace_back([&] {
        RawClient client(gateway_.ports().robot_relay);
        reply = client.Ask(RequestText(exchange));
      });
    }
    for (auto& asker : askers) asker.join();
    for (const auto& reply : replies) Check(exchange, reply);
  }

  gateway::testing::FakeRelayService ingest_;
  gateway::testing::InProcessServer ingest_server_{&ingest_};
  base::ThreadRuntime runtime_{2, "conformance"};
  gateway::Gateway gateway_;
};

TEST_P(RobotRelayConformance, AnswersAsWritten) {
  const auto& [name, form] = GetParam();
  std::ifstream file(absl::StrCat(kFolder, "/", name, ".txt"));
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto exchanges = ParseExchanges(text, form);
  ASSERT_TRUE(exchanges.ok()) << exchanges.status();
  for (const Exchange& exchange : *exchanges) Run(exchange);
  // Whatever was asked, what runs for others still runs.
  EXPECT_EQ(ingest_.relays().count("native/camera"), 1);
  EXPECT_EQ(ingest_.relays().count("native/other"), 1);
}

std::vector<std::string> Files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, RobotRelayConformance,
                         ::testing::Combine(::testing::ValuesIn(Files()),
                                            ::testing::Values(KeyForm::kRaw, KeyForm::kEscaped)),
                         [](const auto& info) {
                           const bool raw = std::get<1>(info.param) == KeyForm::kRaw;
                           return absl::StrCat(std::get<0>(info.param), raw ? "_raw" : "_escaped");
                         });

}  // namespace
}  // namespace relayfleet::conformance
