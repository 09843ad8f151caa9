// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/mutex.h"

namespace relayfleet::mediamtx {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A control API in one thread: answers by method and target, and records what it was asked.
class Server {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    bool close = false;  // without saying so before
  };

  Server() : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this] { Serve(); });
  }
  ~Server() {
    boost::system::error_code ignored;
    {
      base::MutexLock lock(&mutex_);
      stopping_ = true;
      if (socket_ != nullptr) socket_->shutdown(tcp::socket::shutdown_both, ignored);
    }
    tcp::socket waker(io_);
    waker.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void On(const std::string& request, Answer answer) {
    base::MutexLock lock(&mutex_);
    answers_[request] = std::move(answer);
  }
  std::vector<std::string> requests() {
    base::MutexLock lock(&mutex_);
    return requests_;
  }
  int connections() {
    base::MutexLock lock(&mutex_);
    return connections_;
  }

 private:
  void Serve() {
    while (true) {
      tcp::socket socket(io_);
      boost::system::error_code ignored;
      acceptor_.accept(socket, ignored);
      {
        base::MutexLock lock(&mutex_);
        if (stopping_) return;
        ++connections_;
        socket_ = &socket;
      }
      while (ServeOne(&socket)) {
      }
      base::MutexLock lock(&mutex_);
      socket_ = nullptr;
    }
  }

  bool ServeOne(tcp::socket* socket) {
    http::request<http::string_body> request;
    boost::system::error_code error;
    http::read(*socket, buffer_, request, error);
    if (error) return false;
    const Answer answer = Record(request);
    if (answer.status == 0) return true;  // never answers
    http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
    response.body() = answer.body;
    response.prepare_payload();
    http::write(*socket, response, error);
    return !error && !answer.close;
  }

  Answer Record(const http::request<http::string_body>& request) {
    const std::string line =
        std::string(request.method_string()) + " " + std::string(request.target());
    base::MutexLock lock(&mutex_);
    std::string entry = line;
    if (!request.body().empty()) entry += " " + request.body();
    if (request.count(http::field::authorization) > 0) {
      entry += " " + std::string(request[http::field::authorization]);
    }
    requests_.push_back(entry);
    const auto it = answers_.find(line);
    return it == answers_.end() ? Answer{404, "404 page not found"} : it->second;
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  boost::beast::flat_buffer buffer_;
  base::Mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::vector<std::string> requests_;
  int connections_ = 0;
  bool stopping_ = false;
  tcp::socket* socket_ = nullptr;
  std::thread thread_;
};

class ApiClientTest : public ::testing::Test {
 protected:
  ApiClient::Options Options() {
    ApiClient::Options options;
    options.http.port = server_.port();
    options.page_size = 2;
    return options;
  }
  std::unique_ptr<ApiClient> Client(const ApiClient::Options& options) {
    return std::make_unique<ApiClient>(runtime_.NewAsioStrand(), options);
  }
  template <typename T, typename Call>
  T Wait(Call call) {
    std::promise<T> promise;
    call([&promise](T result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  absl::StatusOr<Path> GetPath(ApiClient* client, const std::string& path) {
    return Wait<absl::StatusOr<Path>>([&](auto done) { client->GetPath(path, std::move(done)); });
  }

  Server server_;
  base::ThreadRuntime runtime_{1, "test"};
};

TEST_F(ApiClientTest, KeepsOneConnectionForManyCalls) {
  server_.On("GET /v3/paths/get/robot/front", {200, R"({"name":"robot/front","online":true})"});
  auto client = Client(Options());
  for (int i = 0; i < 3; ++i) {
    const auto path = GetPath(client.get(), "robot/front");
    ASSERT_TRUE(path.ok()) << path.status();
    EXPECT_TRUE(path->online);
  }
  EXPECT_EQ(server_.connections(), 1);
}

TEST_F(ApiClientTest, ConnectsAgainWhenThePeerGaveTheConnectionUp) {
  server_.On("GET /v3/paths/get/a", {200, R"({"name":"a"})", true});
  auto client = Client(Options());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(GetPath(client.get(), "a").ok());
  EXPECT_EQ(server_.connections(), 3);
}

TEST_F(ApiClientTest, WalksAllPagesOfSessions) {
  server_.On("GET /v3/rtspsessions/list?page=0&itemsPerPage=2",
             {200, R"({"pageCount":2,"items":[{"id":"1","state":"read","path":"a"},
                                              {"id":"2","state":"publish","path":"a"}]})"});
  server_.On("GET /v3/rtspsessions/list?page=1&itemsPerPage=2",
             {200, R"({"pageCount":2,"items":[{"id":"3","state":"read","path":"b"}]})"});
  auto client = Client(Options());
  const auto sessions = Wait<absl::StatusOr<std::vector<Session>>>(
      [&](auto done) { client->ListSessions(SessionKind::kRtsp, std::move(done)); });
  ASSERT_TRUE(sessions.ok()) << sessions.status();
  EXPECT_THAT(*sessions, ElementsAre(Session{"1", "a", true}, Session{"2", "a", false},
                                     Session{"3", "b", true}));
}

TEST_F(ApiClientTest, AServerWithoutWebrtcHasNoWebrtcSessions) {
  auto client = Client(Options());
  const auto webrtc = Wait<absl::StatusOr<std::vector<Session>>>(
      [&](auto done) { client->ListSessions(SessionKind::kWebrtc, std::move(done)); });
  ASSERT_TRUE(webrtc.ok()) << webrtc.status();
  EXPECT_TRUE(webrtc->empty());
  const auto rtsp = Wait<absl::StatusOr<std::vector<Session>>>(
      [&](auto done) { client->ListSessions(SessionKind::kRtsp, std::move(done)); });
  EXPECT_TRUE(absl::IsNotFound(rtsp.status()));  // not MediaMTX
}

TEST_F(ApiClientTest, WritesPathConfigurationAndKicks) {
  server_.On("POST /v3/config/paths/replace/cam", {200, R"({"status":"ok"})"});
  server_.On("DELETE /v3/config/paths/delete/cam",
             {404, R"({"status":"error","error":"path configuration not found"})"});
  server_.On("POST /v3/webrtcsessions/kick/0a-f", {200, R"({"status":"ok"})"});
  auto options = Options();
  options.http.user = "admin";
  options.http.password = "pw";
  auto client = Client(options);
  EXPECT_TRUE(Wait<absl::Status>([&](auto done) {
                client->ReplacePathConfig("cam", R"({"record":false})", std::move(done));
              }).ok());
  const auto deleted =
      Wait<absl::Status>([&](auto done) { client->DeletePathConfig("cam", std::move(done)); });
  EXPECT_TRUE(absl::IsNotFound(deleted));
  EXPECT_THAT(std::string(deleted.message()), HasSubstr("path configuration not found"));
  EXPECT_TRUE(Wait<absl::Status>([&](auto done) {
                client->Kick(SessionKind::kWebrtc, "0a-f", std::move(done));
              }).ok());
  EXPECT_THAT(server_.requests(),
              ElementsAre("POST /v3/config/paths/replace/cam {\"record\":false} "
                          "Basic YWRtaW46cHc=",
                          "DELETE /v3/config/paths/delete/cam Basic YWRtaW46cHc=",
                          "POST /v3/webrtcsessions/kick/0a-f Basic YWRtaW46cHc="));
}

TEST_F(ApiClientTest, NothingOddReachesTheRequestLine) {
  auto client = Client(Options());
  EXPECT_TRUE(absl::IsInvalidArgument(GetPath(client.get(), "a?b=c").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(GetPath(client.get(), "../config").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Wait<absl::Status>(
      [&](auto done) { client->Kick(SessionKind::kRtsp, "1/../../x", std::move(done)); })));
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(ApiClientTest, GivesUpAtTheDeadlineAndServesTheNextCall) {
  server_.On("GET /v3/paths/get/slow", {0, ""});
  server_.On("GET /v3/paths/get/fast", {200, R"({"name":"fast"})"});
  auto options = Options();
  options.http.deadline = absl::Milliseconds(50);
  auto client = Client(options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(GetPath(client.get(), "slow").status()));
  EXPECT_TRUE(GetPath(client.get(), "fast").ok());
}

TEST_F(ApiClientTest, RefusesAnAnswerThatIsTooLarge) {
  server_.On("GET /v3/paths/get/a", {200, std::string(5000, ' ') + R"({"name":"a"})"});
  auto options = Options();
  options.http.max_body_bytes = 4096;
  auto client = Client(options);
  EXPECT_TRUE(absl::IsInternal(GetPath(client.get(), "a").status()));
}

TEST_F(ApiClientTest, SaysThatNobodyListensAndBoundsItsQueue) {
  boost::asio::io_context io;
  uint16_t port = 0;
  {
    tcp::acceptor closed(io, {boost::asio::ip::address_v4::loopback(), 0});
    port = closed.local_endpoint().port();
  }
  auto options = Options();
  options.http.port = port;
  options.http.max_queued = 0;
  EXPECT_TRUE(absl::IsResourceExhausted(GetPath(Client(options).get(), "a").status()));
  options.http.max_queued = 1;
  EXPECT_TRUE(absl::IsUnavailable(GetPath(Client(options).get(), "a").status()));
}

TEST_F(ApiClientTest, ConnectsOnlyToAddressesThatMayBe) {
  auto options = Options();
  options.http.host = "localhost";
  options.http.address_check = [](absl::string_view ip) {
    return absl::PermissionDeniedError(absl::StrCat("not to ", ip));
  };
  EXPECT_TRUE(absl::IsPermissionDenied(GetPath(Client(options).get(), "a").status()));
  EXPECT_EQ(server_.connections(), 0);
}

base::SecretUrl Url(const char* text) { return *base::SecretUrl::Parse(text); }

TEST(ApiClientUrl, ReadsHostPortAndCredentials) {
  const auto options = ApiClient::At(Url("http://admin:p%40ss@mtx:1234"));
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->http.host, "mtx");
  EXPECT_EQ(options->http.port, 1234);
  EXPECT_EQ(options->http.user, "admin");
  EXPECT_EQ(options->http.password, "p@ss");
  EXPECT_EQ(ApiClient::At(Url("http://mtx/"))->http.port, 9997);
  for (const char* bad : {"https://mtx", "http://mtx/v3", "http://mtx?x=1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ApiClient::At(Url(bad)).status())) << bad;
  }
}

}  // namespace
}  // namespace relayfleet::mediamtx
