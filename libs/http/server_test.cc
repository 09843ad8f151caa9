// SPDX-License-Identifier: Apache-2.0

#include "libs/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/mutex.h"
#include "libs/http/testing/raw_client.h"

namespace relayfleet::http {
namespace {

using ::testing::HasSubstr;
using testing::RawClient;
using testing::RequestText;

// Keeps requests until the test answers them.
class Parked {
 public:
  void Put(Request request, Responder responder) {
    base::MutexLock lock(&mutex_);
    waiting_.emplace_back(std::move(request), std::move(responder));
    changed_.NotifyAll();
  }

  std::pair<Request, Responder> Take() {
    base::MutexLock lock(&mutex_);
    changed_.Wait(&mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return !waiting_.empty(); });
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::deque<std::pair<Request, Responder>> waiting_ ABSL_GUARDED_BY(mutex_);
};

class RecordingObserver final : public Observer {
 public:
  void OnRequest() override {}
  void OnResponse(const Exchange& exchange) override {
    base::MutexLock lock(&mutex_);
    seen_.push_back(absl::StrCat(exchange.method, " ", exchange.route, " ", exchange.status));
    changed_.NotifyAll();
  }
  void OnConnectionRefused() override {
    base::MutexLock lock(&mutex_);
    seen_.push_back("refused");
    changed_.NotifyAll();
  }
  std::vector<std::string> WaitFor(size_t count) {
    base::MutexLock lock(&mutex_);
    changed_.Wait(&mutex_, [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return seen_.size() >= count; });
    return seen_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<std::string> seen_ ABSL_GUARDED_BY(mutex_);
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { Listen({.body_limit = 1000}); }

  void Listen(Server::Options options) {
    options.observer = observer_;
    auto server = Server::Listen(
        "127.0.0.1", 0, std::move(options),
        [this](Request request, Responder responder) {
          if (request.path == "/park") {
            return parked_.Put(std::move(request), std::move(responder));
          }
          if (request.path == "/drop") return;
          responder.SetRoute("/echo");
          responder.Send(
              {.content_type = "text/plain",
               .body = absl::StrCat(request.method, " ", request.path, " ", request.body.size())});
        },
        &runtime_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  Parked parked_;
  std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  base::ThreadRuntime runtime_{2, "http-test"};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, ServesManyRequestsOnOneConnection) {
  RawClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.Ask(RequestText("POST", absl::StrCat("/", i), "abc"));
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, absl::StrCat("POST /", i, " 3"));
    EXPECT_EQ(reply->Header("Content-Type"), "text/plain");
    EXPECT_FALSE(reply->Header("X-Request-Id").empty());
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  RawClient client(server_->port());
  client.Send(absl::StrCat(RequestText("GET", "/park"), RequestText("GET", "/2")));
  auto [request, responder] = parked_.Take();
  responder.Send({.body = "first"});
  EXPECT_EQ(client.Read()->body, "first");
  EXPECT_EQ(client.Read()->body, "GET /2 0");
}

TEST_F(ServerTest, HandsOverWhatWasAsked) {
  RawClient client(server_->port());
  client.Send(
      "POST /park?a=1&b=%2F HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: abc-1\r\n"
      "Content-Length: 2\r\n\r\nhi");
  auto [request, responder] = parked_.Take();
  EXPECT_EQ(request.target, "/park?a=1&b=%2F");
  EXPECT_THAT(request.query,
              ::testing::ElementsAre(::testing::Pair("a", "1"), ::testing::Pair("b", "/")));
  EXPECT_EQ(request.Header("host"), "127.0.0.1");
  EXPECT_EQ(request.body, "hi");
  EXPECT_EQ(request.id, "abc-1");
  EXPECT_THAT(request.remote, ::testing::StartsWith("127.0.0.1:"));
  responder.Send({.status = 204});
  const auto reply = client.Read();
  EXPECT_EQ(reply->status, 204);
  EXPECT_EQ(reply->Header("Content-Length"), "");
  EXPECT_EQ(reply->Header("X-Request-Id"), "abc-1");
}

TEST_F(ServerTest, HeadHasALengthAndNoBody) {
  RawClient client(server_->port());
  const auto reply = client.Ask(RequestText("HEAD", "/x"));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->Header("Content-Length"), "9");
  EXPECT_EQ(client.Ask(RequestText("GET", "/y"))->body, "GET /y 0");
}

TEST_F(ServerTest, AnnouncedBodyAboveTheLimitIs413AtOnce) {
  RawClient client(server_->port());
  const auto reply =
      client.Ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->status, 413);
  EXPECT_EQ(reply->body, "{\"error\":\"the body is too large\"}");
  EXPECT_EQ(reply->Header("Connection"), "close");
  EXPECT_TRUE(client.WaitClosed());
}

TEST_F(ServerTest, SenderOfAHugeBodyStillReadsThe413) {
  RawClient client(server_->port());
  const auto reply = client.Ask(RequestText("POST", "/", std::string(9 << 20, 'x')));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->status, 413);
}

TEST_F(ServerTest, ChunkedBodyIsCountedToo) {
  RawClient client(server_->port());
  client.Send("POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(client.Ask("2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")->body, "POST /a 3");
  client.Send("POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = absl::StrCat("320\r\n", std::string(800, 'x'), "\r\n");
  EXPECT_EQ(client.Ask(absl::StrCat(chunk, chunk))->status, 413);
}

TEST_F(ServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  RawClient client(server_->port());
  client.Send(
      "POST /a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.Read()->status, 100);
  EXPECT_EQ(client.Ask("hi")->body, "POST /a 2");
  EXPECT_EQ(client
                .Ask("POST /a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                     "Content-Length: 5000\r\n\r\n")
                ->status,
            413);
}

TEST_F(ServerTest, BadRequestsAreRefusedAndClosed) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"nonsense\r\n\r\n", 400},
      {"GET /a\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"GET /?a=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {absl::StrCat("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", std::string(20000, 'x'),
                    "\r\n\r\n"),
       431},
      {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
      {"GET / HTTP/1.1\r\n\r\n", 421},
  };
  for (const auto& [text, status] : cases) {
    RawClient client(server_->port());
    const auto reply = client.Ask(text);
    ASSERT_TRUE(reply.ok()) << text << reply.status();
    EXPECT_EQ(reply->status, status) << text;
    EXPECT_EQ(reply->Header("Connection"), "close");
  }
}

TEST_F(ServerTest, Http10ClosesUnlessAskedNotTo) {
  RawClient client(server_->port());
  const auto kept = client.Ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->Header("Connection"), "keep-alive");
  EXPECT_EQ(client.Ask("GET /b HTTP/1.0\r\n\r\n")->body, "GET /b 0");
  EXPECT_TRUE(client.WaitClosed());
}

TEST_F(ServerTest, DroppedResponderAnswers500) {
  RawClient client(server_->port());
  EXPECT_EQ(client.Ask(RequestText("GET", "/drop"))->status, 500);
  EXPECT_EQ(client.Ask(RequestText("GET", "/a"))->status, 200);
}

TEST_F(ServerTest, TellsTheHandlerThatThePeerIsGone) {
  RawClient client(server_->port());
  client.Send(RequestText("GET", "/park"));
  auto [request, responder] = parked_.Take();
  std::promise<void> gone;
  responder.OnGone([&] { gone.set_value(); });
  client.Close();
  gone.get_future().wait();
  responder.Send({});
}

TEST_F(ServerTest, PeerThatStaysIsNeverGone) {
  for (int i = 0; i < 300; ++i) {
    RawClient client(server_->port());
    client.Send(RequestText("GET", "/park"));
    auto [request, responder] = parked_.Take();
    std::atomic<bool> gone = false;
    responder.OnGone([&] { gone = true; });
    if (i % 2 == 0) std::this_thread::yield();
    responder.Send({.body = "x"});
    ASSERT_EQ(client.Read()->body, "x");
    ASSERT_FALSE(gone);
  }
}

TEST_F(ServerTest, ConnectionsAboveTheLimitAreSentAway) {
  server_ = nullptr;
  Listen({.max_connections = 1});
  RawClient first(server_->port());
  EXPECT_EQ(first.Ask(RequestText("GET", "/a"))->status, 200);
  RawClient second(server_->port());
  EXPECT_EQ(second.Read()->status, 503);
  EXPECT_EQ(first.Ask(RequestText("GET", "/b"))->status, 200);
  EXPECT_THAT(observer_->WaitFor(3), ::testing::Contains("refused"));
}

TEST_F(ServerTest, IdleConnectionsAreClosed) {
  server_ = nullptr;
  Listen({.idle_timeout = absl::Milliseconds(20)});
  RawClient client(server_->port());
  EXPECT_TRUE(client.WaitClosed());
}

TEST_F(ServerTest, TakenPortIsNamed) {
  const auto second =
      Server::Listen("127.0.0.1", server_->port(), {}, [](Request, Responder) {}, &runtime_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(second.status().message(), HasSubstr(absl::StrCat("127.0.0.1:", server_->port())));
  EXPECT_EQ(Server::Listen(
                "nowhere", 0, {}, [](Request, Responder) {}, &runtime_)
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ServerTest, DrainClosesTheIdleAndFinishesTheBusy) {
  RawClient idle(server_->port());
  EXPECT_EQ(idle.Ask(RequestText("GET", "/a"))->status, 200);
  RawClient busy(server_->port());
  busy.Send(RequestText("GET", "/park"));
  auto [request, responder] = parked_.Take();
  std::thread drain([this] { server_->Drain(absl::Seconds(20)); });
  EXPECT_TRUE(idle.WaitClosed());
  responder.Send({.body = "done"});
  const auto reply = busy.Read();
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->body, "done");
  EXPECT_EQ(reply->Header("Connection"), "close");
  drain.join();
  RawClient late(server_->port());
  EXPECT_TRUE(late.WaitClosed());
}

TEST_F(ServerTest, DrainCutsOffWhatOutlastsTheGrace) {
  RawClient busy(server_->port());
  busy.Send(RequestText("GET", "/park"));
  auto [request, responder] = parked_.Take();
  server_->Drain(absl::Milliseconds(10));
  EXPECT_FALSE(busy.Read().ok());
  responder.Send({});
}

TEST_F(ServerTest, DrainedServerNeedsTheRuntimeNoMore) {
  RawClient client(server_->port());
  EXPECT_EQ(client.Ask(RequestText("GET", "/a"))->status, 200);
  server_->Drain(absl::Seconds(20));
  runtime_.Stop();
  const absl::Duration began = runtime_.clock().Monotonic();
  server_->Drain(absl::Seconds(20));
  server_ = nullptr;
  // A wait for threads that are gone would last a second each.
  EXPECT_LT(runtime_.clock().Monotonic() - began, absl::Milliseconds(900));
}

TEST_F(ServerTest, ObserverSeesEveryExchange) {
  RawClient client(server_->port());
  client.Ask(RequestText("GET", "/a")).IgnoreError();
  client.Ask("nonsense\r\n\r\n").IgnoreError();
  EXPECT_THAT(observer_->WaitFor(2),
              ::testing::ElementsAre("GET /echo 200", ::testing::EndsWith(" 400")));
}

}  // namespace
}  // namespace relayfleet::http
