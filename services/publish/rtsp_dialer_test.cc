// SPDX-License-Identifier: Apache-2.0

#include "services/publish/rtsp_dialer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rtsp/testing/scripted_server.h"

namespace relayfleet::publish {
namespace {

using rtsp::testing::ScriptedServer;

media::Track H264() {
  // 64x48, Constrained Baseline.
  return {.codec = media::Codec::kH264,
          .width = 64,
          .height = 48,
          .sps = std::string("\x67\x42\xc0\x0a\xda\x04\x1e\x48", 8),
          .pps = std::string("\x68\xce\x3c\x80", 4)};
}

// Runs everything on the dialer's strand, as a session would.
class RtspDialerTest : public ::testing::Test {
 protected:
  ~RtspDialerTest() override {
    OnStrand([this] {
      attempt_ = nullptr;
      line_.dialer = nullptr;
    });
  }

  void OnStrand(std::function<void()> task) {
    std::promise<void> done;
    line_.strand->Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  void Dial(const MediaServer& server) {
    OnStrand([&] {
      attempt_ = line_.dialer->Dial(
          server, "robot/front", {H264()},
          {.on_recording = [this] { recording_.set_value(); },
           .on_written = [](uint64_t) {},
           .on_ready = [] {},
           .on_closed = [this](absl::Status status) { closed_.set_value(status); }});
    });
  }
  void Write(int64_t dts) {
    OnStrand([&] {
      media::Packet packet;
      packet.seq = 1;
      packet.pts = packet.dts = dts;
      packet.key = true;
      packet.arrival_time = absl::Now();
      packet.payload = media::MakePayload(std::string("\0\0\0\1\x65x", 6));
      ASSERT_TRUE(attempt_->ready());
      attempt_->Write(packet);
    });
  }
  // Plays one session up to its first RTP packet, and returns that.
  std::string FirstRtp(ScriptedServer* server, int64_t dts) {
    server->PlayPublishHandshake();
    recording_.get_future().wait();
    recording_ = {};
    Write(dts);
    while (true) {
      const auto frame = server->ExpectFrame();
      if (frame.channel == 0) return frame.payload;
    }
  }

  base::ThreadRuntime runtime_{1, "test"};
  std::promise<void> recording_;
  std::promise<absl::Status> closed_;
  Line line_ = NewRtspLine(
      &runtime_, {.address_check = [](const auto&) { return absl::PermissionDeniedError("no"); }});
  std::unique_ptr<RtspAttempt> attempt_;
};

uint32_t Number(const std::string& bytes, int at, int size) {
  uint32_t value = 0;
  for (int i = 0; i < size; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

TEST_F(RtspDialerTest, AttemptsShareOneRtpLine) {
  ScriptedServer server;
  MediaServer target = *ParseMediaServer(server.Url("", ""));
  target.own = true;
  Dial(target);
  const std::string first = FirstRtp(&server, 1000);
  server.CloseConnection();
  EXPECT_TRUE(absl::IsUnavailable(closed_.get_future().get()));
  closed_ = {};
  Dial(target);
  const std::string second = FirstRtp(&server, 4000);
  // Each session opens with a delimiter, then comes the picture.
  EXPECT_EQ(static_cast<uint16_t>(Number(second, 2, 2) - Number(first, 2, 2)), 2);
  EXPECT_EQ(Number(second, 4, 4) - Number(first, 4, 4), 3000u);
  EXPECT_EQ(Number(second, 8, 4), Number(first, 8, 4));  // SSRC
}

TEST_F(RtspDialerTest, ACallersServerPassesTheAddressCheck) {
  ScriptedServer server;
  Dial(*ParseMediaServer(server.Url("", "")));
  EXPECT_TRUE(absl::IsPermissionDenied(closed_.get_future().get()));
}

}  // namespace
}  // namespace relayfleet::publish
