// SPDX-License-Identifier: Apache-2.0

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/flow/credit.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/rpc/stage_connectors.h"
#include "relayfleet/publish/v1/publish.grpc.pb.h"
#include "services/publish/media_server.h"
#include "services/publish/observer.h"
#include "services/publish/rtsp_attempt.h"
#include "services/publish/service.h"
#include "services/publish/stage.h"
#include "tests/integration/stage_client.h"

// The publish stage behind a real gRPC server, in front of a media server that takes everything or
// nothing, driven as ingest drives it.
namespace relayfleet::publish {
namespace {

using ::testing::ElementsAre;
using Client = integration::StageClient<flow::PublishUp, flow::PublishDown>;

// What the media server does and saw. Thread-safe.
struct MediaServerState {
  void Add(uint64_t dts) {
    base::MutexLock lock(&mutex);
    written.push_back(dts);
  }
  std::vector<uint64_t> Written() {
    base::MutexLock lock(&mutex);
    return written;
  }
  std::atomic<bool> frozen = false;
  base::Mutex mutex;
  std::vector<uint64_t> written ABSL_GUARDED_BY(mutex);
};

// An RTSP session that records at once and, unless frozen, writes at once.
class Attempt final : public RtspAttempt {
 public:
  Attempt(std::shared_ptr<base::Executor> strand, MediaServerState* server, Handler handler)
      : strand_(std::move(strand)),
        server_(server),
        handler_(std::make_shared<Handler>(std::move(handler))) {
    strand_->Post([this, alive = std::weak_ptr<Handler>(handler_)] {
      const auto handler = alive.lock();
      if (handler == nullptr) return;
      recording_ = true;
      handler->on_recording();
    });
  }
  bool ready() const override { return recording_ && !writing_; }
  void Write(const media::Packet& packet) override {
    writing_ = true;
    server_->Add(static_cast<uint64_t>(packet.dts));
    if (server_->frozen) return;
    strand_->Post([this, seq = packet.seq, alive = std::weak_ptr<Handler>(handler_)] {
      const auto handler = alive.lock();
      if (handler == nullptr) return;
      writing_ = false;
      handler->on_written(seq);
    });
  }
  void Close() override { recording_ = false; }

 private:
  const std::shared_ptr<base::Executor> strand_;
  MediaServerState* const server_;
  const std::shared_ptr<Handler> handler_;
  bool recording_ = false;
  bool writing_ = false;
};

class Dialer final : public RtspDialer {
 public:
  Dialer(std::shared_ptr<base::Executor> strand, MediaServerState* server)
      : strand_(std::move(strand)), server_(server) {}
  std::unique_ptr<RtspAttempt> Dial(const MediaServer&, const std::string&,
                                    const std::vector<media::Track>&,
                                    RtspAttempt::Handler handler) override {
    return std::make_unique<Attempt>(strand_, server_, std::move(handler));
  }

 private:
  const std::shared_ptr<base::Executor> strand_;
  MediaServerState* const server_;
};

struct PublishGrpcTest : ::testing::Test {
  ~PublishGrpcTest() override {
    server = nullptr;
    runtime.Stop();
  }

  PublishStageImpl::Options StageOptions() {
    PublishStageImpl::Options options;
    options.instance = "p-1";
    options.default_server = *ParseMediaServer("127.0.0.1:8554");
    options.new_line = [this] {
      auto line_strand = runtime.NewStrand();
      return Line{line_strand, std::make_unique<Dialer>(line_strand, &media_server)};
    };
    options.observer = std::make_shared<Observer>();
    return options;
  }
  std::unique_ptr<Client> Connect(uint64_t epoch) {
    auto client = std::make_unique<Client>(connector.Connect(), strand);
    client->Send(flow::PublishOpen{
        .path = "robot/camera", .session_id = absl::StrCat("s", epoch), .epoch = epoch});
    return client;
  }
  static void SendFormat(Client* client) {
    client->Send(media::Message(media::StreamInfo{.tracks = {{.codec = media::Codec::kH264,
                                                              .width = 64,
                                                              .height = 48,
                                                              .sps = "\x67s",
                                                              .pps = "\x68p"}}}));
  }
  static void SendPacket(Client* client, uint64_t seq, int64_t dts) {
    media::Packet packet;
    packet.seq = seq;
    packet.pts = packet.dts = dts;
    packet.key = true;
    packet.payload = media::MakePayload(std::string("\0\0\0\1\x65x", 6));
    client->Send(media::Message(std::move(packet)));
  }
  // Waits until the client heard that `seq` is written.
  static void WaitWritten(Client* client, uint64_t seq) {
    for (size_t count = 1;; ++count) {
      const auto written = client->Wait<flow::WrittenThrough>(count);
      ASSERT_GE(written.size(), count) << "never written: " << seq;
      if (written.back().seq >= seq) return;
    }
  }

  base::ThreadRuntime runtime{2, "publish"};
  std::shared_ptr<base::Executor> strand = runtime.NewStrand();
  MediaServerState media_server;
  std::shared_ptr<PublishStageImpl> stage = std::make_shared<PublishStageImpl>(StageOptions());
  PublishService service{stage.get()};
  std::unique_ptr<rpc::Server> server = *rpc::Server::Start({.services = {&service}});
  std::shared_ptr<rpc::ChannelPool> channels =
      rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", server->port()));
  rpc::GrpcPublishConnector connector{channels};
};

TEST_F(PublishGrpcTest, PacketsAreWrittenAndCreditsComeBack) {
  auto client = Connect(1);
  const auto opened = client->Wait<flow::PublishOpened>();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_FALSE(opened[0].resumed);
  EXPECT_EQ(opened[0].instance, "p-1");
  EXPECT_EQ(client->Wait<flow::Credit>()[0].packets, 8u);
  SendFormat(client.get());
  SendPacket(client.get(), 1, 3000);
  SendPacket(client.get(), 2, 6000);
  WaitWritten(client.get(), 2);
  EXPECT_EQ(client->Wait<flow::Online>()[0].rtsp_url, "rtsp://127.0.0.1:8554/robot/camera");
  EXPECT_THAT(media_server.Written(), ElementsAre(3000, 6000));
  EXPECT_GE(client->Wait<flow::Credit>(2).size(), 2u);
}

TEST_F(PublishGrpcTest, AFrozenMediaServerGetsNoMoreThanTheCredits) {
  media_server.frozen = true;
  auto client = Connect(1);
  SendFormat(client.get());
  flow::CreditCounter credits;
  for (const auto& credit : client->Wait<flow::Credit>()) credits.Grant(credit.packets);
  uint64_t sent = 0;
  while (credits.TryTake()) {
    ++sent;
    SendPacket(client.get(), sent, static_cast<int64_t>(sent) * 3000);
  }
  EXPECT_EQ(sent, 8u);
  client->Wait<flow::Online>();
  EXPECT_EQ(client->Got<flow::Credit>().size(), 1u);
  EXPECT_LE(media_server.Written().size(), 1u);
}

TEST_F(PublishGrpcTest, ALowerEpochIsRefused) {
  auto owner = Connect(5);
  owner->Wait<flow::PublishOpened>();
  auto late = Connect(4);
  EXPECT_TRUE(absl::IsFailedPrecondition(late->WaitClosed()));
  SendFormat(owner.get());
  SendPacket(owner.get(), 1, 3000);
  WaitWritten(owner.get(), 1);
}

TEST_F(PublishGrpcTest, AHigherEpochSupersedesAndResumes) {
  auto older = Connect(5);
  SendFormat(older.get());
  SendPacket(older.get(), 1, 3000);
  WaitWritten(older.get(), 1);
  auto newer = Connect(6);
  const auto opened = newer->Wait<flow::PublishOpened>();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_TRUE(opened[0].resumed);
  EXPECT_EQ(opened[0].last_dts_by_track, (std::map<uint32_t, int64_t>{{0, 3000}}));
  EXPECT_TRUE(absl::IsAborted(older->WaitClosed()));
  EXPECT_EQ(older->Got<flow::Superseded>().size(), 1u);
}

TEST_F(PublishGrpcTest, ABrokenCallIsResumed) {
  auto first = Connect(5);
  SendFormat(first.get());
  SendPacket(first.get(), 1, 3000);
  WaitWritten(first.get(), 1);
  first->Break();
  auto second = Connect(6);
  EXPECT_TRUE(second->Wait<flow::PublishOpened>()[0].resumed);
  SendFormat(second.get());
  SendPacket(second.get(), 1, 6000);
  WaitWritten(second.get(), 1);
  EXPECT_THAT(media_server.Written(), ElementsAre(3000, 6000));
}

TEST_F(PublishGrpcTest, AStoppedPathIsGone) {
  auto client = Connect(1);
  SendFormat(client.get());
  SendPacket(client.get(), 1, 3000);
  WaitWritten(client.get(), 1);
  client->Send(flow::PublishClose{});
  EXPECT_TRUE(client->WaitClosed().ok());
  EXPECT_FALSE(Connect(2)->Wait<flow::PublishOpened>()[0].resumed);
}

TEST_F(PublishGrpcTest, PathsCanBeLookedUp) {
  auto client = Connect(3);
  SendFormat(client.get());
  SendPacket(client.get(), 1, 3000);
  WaitWritten(client.get(), 1);
  auto stub = v1::PublishService::NewStub(channels->Next());
  v1::GetPathRequest request;
  v1::GetPathResponse response;
  auto get = [&](const std::string& path) {
    grpc::ClientContext context;
    request.set_path(path);
    return stub->GetPath(&context, request, &response).error_code();
  };
  EXPECT_EQ(get("robot/camera"), grpc::StatusCode::OK);
  EXPECT_TRUE(response.path().online());
  EXPECT_EQ(response.path().epoch(), 3u);
  EXPECT_EQ(response.path().packets_written(), 1u);
  EXPECT_EQ(get("robot/other"), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(get("../x"), grpc::StatusCode::INVALID_ARGUMENT);
  grpc::ClientContext context;
  v1::ListPathsResponse list;
  ASSERT_TRUE(stub->ListPaths(&context, v1::ListPathsRequest(), &list).ok());
  ASSERT_EQ(list.paths_size(), 1);
  EXPECT_EQ(list.paths(0).path(), "robot/camera");
}

}  // namespace
}  // namespace relayfleet::publish
