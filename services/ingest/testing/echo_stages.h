// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TESTING_ECHO_STAGES_H_
#define RELAYFLEET_SERVICES_INGEST_TESTING_ECHO_STAGES_H_

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/executor.h"
#include "libs/flow/stages.h"

namespace relayfleet::ingest::testing {

// A transcode that "encodes" each picture into four bytes at once. Any number of sessions.
class EchoTranscode final : public flow::TranscodeStage {
 public:
  explicit EchoTranscode(std::shared_ptr<base::Executor> strand) : strand_(std::move(strand)) {}

  void Attach(std::unique_ptr<flow::TranscodePipe> attached) override {
    std::shared_ptr<flow::TranscodePipe> pipe = std::move(attached);
    strand_->Post([this, pipe] { pipes_.push_back(pipe); });
    pipe->Start(strand_, {.on_message = [p = pipe.get()](flow::TranscodeUp up) { Hear(up, p); },
                          .on_closed = [](const absl::Status&) {}});
  }

 private:
  static void Hear(const flow::TranscodeUp& up, flow::TranscodePipe* pipe) {
    if (std::holds_alternative<flow::TranscodeOpen>(up)) {
      pipe->Send(flow::TranscodeOpened{.instance = "echo", .encoder = "echo"});
      pipe->Send(flow::Credit{2});
      pipe->Send(media::Message(
          media::StreamInfo{.tracks = {{.codec = media::Codec::kH264, .sps = "s", .pps = "p"}}}));
    }
    const auto* message = std::get_if<media::Message>(&up);
    const auto* packet = message == nullptr ? nullptr : std::get_if<media::Packet>(message);
    if (packet == nullptr) return;
    media::Packet out = *packet;
    out.source_seq = packet->seq;
    out.payload = media::MakePayload("unit");
    pipe->Send(media::Message(std::move(out)));
    pipe->Send(flow::FrameDone{.seq = packet->seq, .outcome = flow::FrameOutcome::kEncoded});
    pipe->Send(flow::Credit{1});
  }

  const std::shared_ptr<base::Executor> strand_;
  std::vector<std::shared_ptr<flow::TranscodePipe>> pipes_;
};

// A publish that is online at once and has written each packet when it comes.
class EchoPublish final : public flow::PublishStage {
 public:
  explicit EchoPublish(std::shared_ptr<base::Executor> strand) : strand_(std::move(strand)) {}

  void Attach(std::unique_ptr<flow::PublishPipe> attached) override {
    std::shared_ptr<flow::PublishPipe> pipe = std::move(attached);
    strand_->Post([this, pipe] { pipes_.push_back(pipe); });
    pipe->Start(strand_, {.on_message = [p = pipe.get()](flow::PublishUp up) { Hear(up, p); },
                          .on_closed = [](const absl::Status&) {}});
  }

 private:
  static void Hear(const flow::PublishUp& up, flow::PublishPipe* pipe) {
    if (std::holds_alternative<flow::PublishOpen>(up)) {
      pipe->Send(flow::PublishOpened{.instance = "echo"});
      pipe->Send(flow::Credit{8});
      pipe->Send(flow::Online{.rtsp_url = "rtsp://echo/"});
    }
    if (std::holds_alternative<flow::PublishClose>(up)) return pipe->Close(absl::OkStatus());
    const auto* message = std::get_if<media::Message>(&up);
    const auto* packet = message == nullptr ? nullptr : std::get_if<media::Packet>(message);
    if (packet == nullptr) return;
    pipe->Send(flow::WrittenThrough{.seq = packet->seq});
    pipe->Send(flow::Credit{1});
  }

  const std::shared_ptr<base::Executor> strand_;
  std::vector<std::shared_ptr<flow::PublishPipe>> pipes_;
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_TESTING_ECHO_STAGES_H_
