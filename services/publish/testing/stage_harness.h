// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_TESTING_STAGE_HARNESS_H_
#define RELAYFLEET_SERVICES_PUBLISH_TESTING_STAGE_HARNESS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/secret_url.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_pipe.h"
#include "libs/flow/stages.h"
#include "services/publish/stage.h"
#include "services/publish/testing/fake_dialer.h"

namespace relayfleet::publish::testing {

// One frame of a 30 fps stream, in ticks.
inline constexpr int64_t kFrame = 3000;

// What the peer of a call got, in words.
inline std::string Text(const flow::PublishDown& message) {
  if (const auto* opened = std::get_if<flow::PublishOpened>(&message)) {
    std::string text = absl::StrCat("opened", opened->resumed ? " resumed" : "");
    for (const auto& [track, dts] : opened->last_dts_by_track) {
      absl::StrAppend(&text, " ", track, "@", dts);
    }
    for (const auto& [track, run] : opened->written_by_track) {
      absl::StrAppend(&text, " written ", run.first_dts, "-", run.last_dts);
    }
    return text;
  }
  if (const auto* credit = std::get_if<flow::Credit>(&message)) {
    return absl::StrCat("credit ", credit->packets);
  }
  if (const auto* through = std::get_if<flow::WrittenThrough>(&message)) {
    return absl::StrCat("through ", through->seq, " dropped ", through->dropped);
  }
  if (const auto* need = std::get_if<flow::NeedKey>(&message)) {
    constexpr const char* kNames[] = {"connected", "reader", "loss", "periodic"};
    return absl::StrCat("need key ", kNames[static_cast<int>(need->reason)]);
  }
  if (const auto* online = std::get_if<flow::Online>(&message)) {
    return absl::StrCat("online ", online->rtsp_url, online->control_api ? " api" : "");
  }
  if (const auto* lost = std::get_if<flow::Lost>(&message)) {
    return absl::StrCat("lost ", lost->reason, lost->path_taken ? " taken" : "");
  }
  if (const auto* superseded = std::get_if<flow::Superseded>(&message)) {
    return absl::StrCat("superseded ", superseded->epoch);
  }
  return "draining";
}

// The peer of a call: ingest, as the test plays it.
class Caller {
 public:
  Caller(std::unique_ptr<flow::ToPublish> pipe, base::testing::FakeRuntime* runtime)
      : pipe_(std::move(pipe)), runtime_(runtime) {
    pipe_->Start(
        runtime->NewStrand(),
        {.on_message = [this](flow::PublishDown down) { got_.push_back(Text(down)); },
         .on_closed =
             [this](absl::Status status) {
               got_.push_back(absl::StrCat("closed ", absl::StatusCodeToString(status.code())));
             }});
  }

  void Send(flow::PublishUp message) {
    if (pipe_ != nullptr) pipe_->Send(std::move(message));
  }
  void SendInfo() { Send(media::Message(media::StreamInfo{.tracks = {TestTrack()}})); }
  void SendKey(int64_t dts) { SendPacket(TestPacket(dts, true)); }
  void SendDelta(int64_t dts) { SendPacket(TestPacket(dts, false)); }
  void SendPacket(media::Packet packet) {
    packet.seq = ++seq_;
    Send(media::Message(std::move(packet)));
  }
  void Break() { pipe_ = nullptr; }

  std::vector<std::string> Take() {
    runtime_->RunReady();
    return std::exchange(got_, {});
  }

 private:
  std::vector<std::string> got_;
  std::unique_ptr<flow::ToPublish> pipe_;
  base::testing::FakeRuntime* const runtime_;
  uint64_t seq_ = 0;
};

// A stage before a scripted media server in a time that the test moves, with its callers.
class StageHarness : public ::testing::Test {
 protected:
  void SetUp() override {
    MediaServer server = *ParseMediaServer("rtsp://user:secret@127.0.0.1:8554");
    server.own = true;
    PublishStageImpl::Options options = {
        .instance = "publish-1",
        .default_server = server,
        .notified = notified_,
        .new_line = [this] { return server_.NewLine(); },
        .watch =
            [this](const MediaServer& watched, PublishStageImpl::WatchHandler handler) {
              watched_.push_back(watched.Name());
              watch_ = std::move(handler);
              return std::make_shared<int>(0);
            },
        .allow =
            [](const MediaServer& asked) {
              return asked.url.host() == "evil" ? absl::PermissionDeniedError("no")
                                                : absl::OkStatus();
            },
        .max_paths = 3};
    options.session.outlet.link.jitter = [] { return 0.5; };
    stage_ = std::make_shared<PublishStageImpl>(std::move(options));
  }

  void TearDown() override {
    callers_.clear();
    stage_->Drain([] {});
    runtime_.Advance(absl::Seconds(120));
    EXPECT_TRUE(stage_->ListPaths().empty());
  }

  // A call without any message yet.
  Caller* Call() {
    auto [upper, lower] = flow::MakeDirectPipe<flow::PublishUp, flow::PublishDown>();
    callers_.push_back(std::make_unique<Caller>(std::move(upper), &runtime_));
    stage_->Attach(std::move(lower));
    return callers_.back().get();
  }
  Caller* Open(const std::string& path, uint64_t epoch = 1, const std::string& url = "") {
    Caller* caller = Call();
    flow::PublishOpen open{.path = path, .session_id = "s", .epoch = epoch};
    if (!url.empty()) open.mediamtx_url = *base::SecretUrl::Parse(url);
    caller->Send(std::move(open));
    runtime_.RunReady();
    return caller;
  }
  // An open call whose RTSP session runs and has its first picture, dts 0.
  Caller* Online(const std::string& path, uint64_t epoch = 1) {
    Caller* caller = Open(path, epoch);
    caller->SendInfo();
    caller->SendKey(0);
    caller->Take();
    runtime_.Advance(absl::Milliseconds(20));
    server_.TakeWritten();
    return caller;
  }

  bool notified_ = true;
  base::testing::FakeRuntime runtime_;
  FakeServer server_{&runtime_};
  std::vector<std::string> watched_;
  PublishStageImpl::WatchHandler watch_;
  std::shared_ptr<PublishStageImpl> stage_;
  std::vector<std::unique_ptr<Caller>> callers_;
};

}  // namespace relayfleet::publish::testing

#endif  // RELAYFLEET_SERVICES_PUBLISH_TESTING_STAGE_HARNESS_H_
