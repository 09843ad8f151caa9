// SPDX-License-Identifier: Apache-2.0

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/av/codec_factory.h"
#include "libs/av/frame.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/test_pattern.h"
#include "libs/base/thread_runtime.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/encoder_lister.h"
#include "libs/rpc/server.h"
#include "libs/rpc/stage_connectors.h"
#include "services/transcode/encoder_catalog.h"
#include "services/transcode/observer.h"
#include "services/transcode/service.h"
#include "services/transcode/stage.h"
#include "tests/integration/stage_client.h"

// The transcode stage behind a real gRPC server, with real codecs, driven as ingest drives it.
namespace relayfleet::transcode {
namespace {

using Client = integration::StageClient<flow::TranscodeUp, flow::TranscodeDown>;

std::string Jpeg(uint64_t number) {
  av::Frame frame;
  av::TestPattern({.width = 320, .height = 240}).Draw(number, absl::UnixEpoch(), frame);
  return *av::JpegEncoder({}).Encode(frame);
}

struct TranscodeGrpcTest : ::testing::Test {
  // Runtimes end before what their tasks use.
  ~TranscodeGrpcTest() override {
    server = nullptr;
    control.Stop();
    codec.Stop();
  }

  std::unique_ptr<Client> Connect(uint64_t epoch, const std::string& relay = "robot/camera") {
    auto client = std::make_unique<Client>(connector.Connect(), strand);
    client->Send(flow::TranscodeOpen{
        .relay = relay,
        .session_id = absl::StrCat("s", epoch),
        .epoch = epoch,
        .spec = {.width = 320, .height = 240, .fill_fps = 1, .bitrate_kbps = 500}});
    return client;
  }
  static void SendFormat(Client* client) {
    client->Send(media::Message(media::StreamInfo{
        .tracks = {{.codec = media::Codec::kJpeg, .width = 320, .height = 240}}}));
  }
  static void SendFrame(Client* client, uint64_t seq, std::string jpeg) {
    media::Packet packet;
    packet.seq = seq;
    packet.pts = packet.dts = static_cast<int64_t>(seq) * 3000;
    packet.key = true;
    packet.payload = media::MakePayload(std::move(jpeg));
    client->Send(media::Message(std::move(packet)));
  }

  base::ThreadRuntime control{2, "control"};
  base::ThreadRuntime codec{2, "codec"};
  std::shared_ptr<base::Executor> strand = control.NewStrand();
  av::LibavCodecs codecs;
  EncoderCatalog encoders{{}, &codecs, &control, &codec};
  Observer observer;
  TranscodeStageImpl stage{{.instance = "t-1"}, &control, &codec, &codecs, &encoders, &observer};
  TranscodeService service{&stage, &encoders};
  std::unique_ptr<rpc::Server> server = *rpc::Server::Start({.services = {&service}});
  rpc::GrpcTranscodeConnector connector{
      rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", server->port()))};
};

TEST_F(TranscodeGrpcTest, AJpegComesBackAsH264AndItsCreditToo) {
  auto client = Connect(1);
  ASSERT_EQ(client->Wait<flow::TranscodeOpened>().size(), 1u);
  EXPECT_EQ(client->Got<flow::TranscodeOpened>()[0].instance, "t-1");
  EXPECT_EQ(client->Wait<flow::Credit>()[0].packets, 2u);
  client->Send(flow::Credit{8});
  SendFormat(client.get());
  SendFrame(client.get(), 1, Jpeg(1));
  const auto packets = client->Wait<media::Packet>();
  ASSERT_GE(packets.size(), 1u);
  EXPECT_TRUE(packets[0].key);
  EXPECT_EQ(packets[0].source_seq, 1u);
  ASSERT_EQ(client->Wait<media::StreamInfo>().size(), 1u);
  EXPECT_EQ(client->Got<media::StreamInfo>()[0].tracks[0].codec, media::Codec::kH264);
  const auto done = client->Wait<flow::FrameDone>();
  EXPECT_EQ(done[0].seq, 1u);
  EXPECT_EQ(done[0].outcome, flow::FrameOutcome::kEncoded) << done[0].detail;
  EXPECT_EQ(client->Wait<flow::Credit>(2).size(), 2u);
}

TEST_F(TranscodeGrpcTest, WhatIsNoPictureIsSaidToBeNone) {
  auto client = Connect(1);
  client->Send(flow::Credit{8});
  SendFormat(client.get());
  SendFrame(client.get(), 1, "this is no JPEG");
  EXPECT_EQ(client->Wait<flow::FrameDone>()[0].outcome, flow::FrameOutcome::kBadImage);
}

TEST_F(TranscodeGrpcTest, APeerThatGrantsOneCreditGetsOnePacket) {
  auto client = Connect(1);
  client->Send(flow::Credit{1});
  SendFormat(client.get());
  SendFrame(client.get(), 1, Jpeg(1));
  SendFrame(client.get(), 2, Jpeg(2));
  ASSERT_EQ(client->Wait<flow::FrameDone>().size(), 1u);
  EXPECT_EQ(client->Got<media::Packet>().size(), 1u);
  client->Send(flow::Credit{1});
  EXPECT_EQ(client->Wait<media::Packet>(2).size(), 2u);
}

TEST_F(TranscodeGrpcTest, ALowerEpochIsRefused) {
  auto owner = Connect(5);
  owner->Wait<flow::TranscodeOpened>();
  auto late = Connect(4);
  EXPECT_TRUE(absl::IsFailedPrecondition(late->WaitClosed()));
  owner->Send(flow::Credit{8});
  SendFormat(owner.get());
  SendFrame(owner.get(), 1, Jpeg(1));
  EXPECT_EQ(owner->Wait<media::Packet>().size(), 1u);
}

TEST_F(TranscodeGrpcTest, AHigherEpochSupersedes) {
  auto older = Connect(5);
  older->Wait<flow::TranscodeOpened>();
  auto newer = Connect(6);
  EXPECT_EQ(newer->Wait<flow::TranscodeOpened>().size(), 1u);
  EXPECT_TRUE(absl::IsAborted(older->WaitClosed()));
}

TEST_F(TranscodeGrpcTest, OtherRelaysAreNotFenced) {
  auto one = Connect(5, "robot/a");
  auto other = Connect(1, "robot/b");
  EXPECT_EQ(one->Wait<flow::TranscodeOpened>().size(), 1u);
  EXPECT_EQ(other->Wait<flow::TranscodeOpened>().size(), 1u);
}

TEST_F(TranscodeGrpcTest, ABrokenConnectionEndsItsSession) {
  auto client = Connect(1);
  client->Wait<flow::TranscodeOpened>();
  ASSERT_EQ(stage.sessions(), 1);
  client->Break();
  auto next = Connect(2);
  next->Wait<flow::TranscodeOpened>();
  next->Close();
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  while (stage.sessions() > 0 && absl::Now() < give_up) std::this_thread::yield();
  EXPECT_EQ(stage.sessions(), 0);
}

TEST_F(TranscodeGrpcTest, DrainingIsSaidAndNewSessionsAreRefused) {
  auto client = Connect(1);
  client->Wait<flow::TranscodeOpened>();
  stage.Drain();
  EXPECT_EQ(client->Wait<flow::Draining>().size(), 1u);
  const absl::Status refused = Connect(2)->WaitClosed();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
}

TEST_F(TranscodeGrpcTest, ListsEncodersAndSaysWhenNobodyAnswers) {
  const auto ask = [](flow::EncoderLister& lister) {
    std::promise<absl::StatusOr<std::vector<media::EncoderReport>>> promise;
    lister.ListEncoders([&](auto reports) { promise.set_value(std::move(reports)); });
    return promise.get_future().get();
  };
  rpc::GrpcEncoderLister lister(rpc::ChannelPool::Dial(absl::StrCat("127.0.0.1:", server->port())));
  const auto reports = ask(lister);
  ASSERT_TRUE(reports.ok()) << reports.status();
  ASSERT_EQ(reports->size(), 4);
  EXPECT_EQ(reports->back().name, "libx264");
  EXPECT_TRUE(reports->back().usable);
  EXPECT_GT(reports->back().frame_time, absl::ZeroDuration());
  for (const auto& report : *reports) EXPECT_NE(report.usable, !report.reason.empty());
  server = nullptr;
  EXPECT_TRUE(absl::IsUnavailable(ask(lister).status()));
}

}  // namespace
}  // namespace relayfleet::transcode
