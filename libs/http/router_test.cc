// SPDX-License-Identifier: Apache-2.0

#include "libs/http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::http {
namespace {

class RecordingSink final : public Responder::Sink {
 public:
  void Respond(Response answer) override { response = std::move(answer); }
  void SetRoute(std::string name) override { route = std::move(name); }
  void OnGone(absl::AnyInvocable<void()>) override {}

  Response response;
  std::string route;
};

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    Add("GET", "/relays");
    Add("POST", "/relays");
    Add("POST", "/relays/stop_all");
    Add("POST", "/relays/{key=**}/frame");
    Add("DELETE", "/relays/{key=**}");
  }

  void Add(std::string method, std::string text) {
    const auto status =
        router_.Add(method, text, [method, text](Request, Bindings bindings, Responder responder) {
          const std::string key = bindings.empty() ? "" : bindings[0].second;
          responder.Send({.body = absl::StrCat(method, " ", text, " ", key)});
        });
    ASSERT_TRUE(status.ok()) << status;
  }

  std::shared_ptr<RecordingSink> Ask(std::string method, std::string path) {
    auto sink = std::make_shared<RecordingSink>();
    router_.Handle({.method = std::move(method), .path = std::move(path)}, Responder(sink));
    return sink;
  }

  Router router_;
};

TEST_F(RouterTest, MostLiteralsWin) {
  EXPECT_EQ(Ask("POST", "/relays/stop_all")->response.body, "POST /relays/stop_all ");
  EXPECT_EQ(Ask("DELETE", "/relays/stop_all")->response.body, "DELETE /relays/{key=**} stop_all");
  EXPECT_EQ(Ask("POST", "/relays/a/b/frame")->response.body, "POST /relays/{key=**}/frame a/b");
}

TEST_F(RouterTest, NamesTheRoute) {
  EXPECT_EQ(Ask("DELETE", "/relays/a")->route, "/relays/{key=**}");
  EXPECT_EQ(Ask("DELETE", "/nothing")->route, "");
}

TEST_F(RouterTest, UnknownPathAndMethod) {
  EXPECT_EQ(Ask("GET", "/nothing")->response.status, 404);
  const auto put = Ask("PUT", "/relays")->response;
  EXPECT_EQ(put.status, 405);
  EXPECT_THAT(put.headers,
              ::testing::ElementsAre(::testing::Pair("Allow", "GET, HEAD, OPTIONS, POST")));
}

TEST_F(RouterTest, HeadAndOptionsNeedNoHandler) {
  EXPECT_EQ(Ask("HEAD", "/relays")->response.body, "GET /relays ");
  EXPECT_EQ(Ask("OPTIONS", "/relays")->response.status, 204);
  EXPECT_EQ(Ask("HEAD", "/relays/stop_all")->response.status, 405);
}

TEST_F(RouterTest, BadPathIs400) {
  const auto answer = Ask("DELETE", "/relays/a/../b")->response;
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, ::testing::StartsWith("{\"error\":"));
}

TEST_F(RouterTest, RefusesTwins) {
  EXPECT_EQ(router_.Add("GET", "/relays", nullptr).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(router_.Add("GET", "nonsense", nullptr).code(), absl::StatusCode::kInvalidArgument);
}

TEST(Responder, AnswersForWhoeverForgot) {
  auto sink = std::make_shared<RecordingSink>();
  {
    const Responder responder(sink);
  }
  EXPECT_EQ(sink->response.status, 500);
}

}  // namespace
}  // namespace relayfleet::http
