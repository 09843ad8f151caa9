// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_TESTING_STAGE_HARNESS_H_
#define RELAYFLEET_SERVICES_TRANSCODE_TESTING_STAGE_HARNESS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/av/codec_factory.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_pipe.h"
#include "libs/flow/stages.h"
#include "libs/media/annexb.h"
#include "services/transcode/encoder_catalog.h"
#include "services/transcode/observer.h"
#include "services/transcode/stage.h"

namespace relayfleet::transcode::testing {

// What the fake codecs are told to do, and were asked to do.
struct Script {
  bool encoder_fails = false;
  bool encoder_opens = true;
  bool hardware_opens = false;  // the encoder "fake_hw", which is preferred
  bool hardware_fails = false;
  size_t held_pictures = 0;  // by the decoder of coded video
  std::string sps = "\x67sps";
  int encoders_made = 0;
};

// Takes "ok…" for a picture.
class FakeDecoder final : public av::PictureDecoder {
 public:
  absl::Status Decode(absl::string_view image, av::Frame& out) override {
    out.ResetI420(16, 16);
    out.plane(0).data[0] = image.empty() ? 0 : static_cast<uint8_t>(image.back());
    return absl::StartsWith(image, "ok") ? absl::OkStatus()
                                         : absl::InvalidArgumentError("not a JPEG");
  }
};

// Takes "ok…" for an access unit, whose picture comes out as many packets later as is scripted.
class FakeVideoDecoder final : public av::VideoDecoder {
 public:
  explicit FakeVideoDecoder(const Script* script) : held_(script->held_pictures) {}

  absl::Status Push(const media::Packet& packet) override {
    if (!absl::StartsWith(*packet.payload, "ok")) return absl::InvalidArgumentError("damaged");
    pictures_.push_back(packet);
    return absl::OkStatus();
  }
  void Finish() override { held_ = 0; }
  std::optional<media::Packet> Next() override {
    if (pictures_.size() <= held_) return std::nullopt;
    current_ = std::move(pictures_.front());
    pictures_.pop_front();
    media::Packet packet = current_;
    packet.payload = nullptr;
    return packet;
  }
  absl::Status Take(av::Frame& out) override {
    return FakeDecoder().Decode(*current_.payload, out);
  }
  void SkipNonReference(bool) override {}

 private:
  size_t held_;
  std::deque<media::Packet> pictures_;
  media::Packet current_;
};

// An access unit holds the first pixel of its picture.
class FakeEncoder final : public av::VideoEncoder {
 public:
  FakeEncoder(Script* script, bool hardware) : script_(script), hardware_(hardware) {}

  absl::StatusOr<av::AccessUnit> Encode(const av::Frame& picture, int64_t pts,
                                        bool force_key) override {
    if (script_->encoder_fails) return absl::InternalError("encoder broke");
    if (hardware_ && script_->hardware_fails) return absl::InternalError("device lost");
    const bool key = std::exchange(first_, false) || force_key;
    av::AccessUnit unit{.pts = pts, .key = key};
    if (key) {
      media::AppendNal(script_->sps, &unit.data);
      media::AppendNal("\x68pps", &unit.data);
    }
    media::AppendNal(absl::StrCat(key ? "\x65" : "\x61",
                                  std::string(1, static_cast<char>(picture.plane(0).data[0]))),
                     &unit.data);
    return unit;
  }

 private:
  Script* const script_;
  const bool hardware_;
  bool first_ = true;
};

class FakeCodecs final : public av::CodecFactory {
 public:
  explicit FakeCodecs(Script* script) : script_(script) {}
  std::unique_ptr<av::PictureDecoder> NewDecoder(int, int, media::Fit) override {
    return std::make_unique<FakeDecoder>();
  }
  absl::StatusOr<std::unique_ptr<av::VideoDecoder>> NewVideoDecoder(
      const media::Track& track, const av::VideoDecoder::Options&) override {
    if (track.codec == media::Codec::kLibav) return absl::InvalidArgumentError("no such decoder");
    return std::make_unique<FakeVideoDecoder>(script_);
  }
  absl::StatusOr<std::unique_ptr<av::VideoEncoder>> NewEncoder(
      absl::string_view name, const av::VideoEncoder::Options&) override {
    const bool hardware = name == "fake_hw";
    if (hardware && !script_->hardware_opens) return absl::UnavailableError("no device");
    if (!script_->encoder_opens) return absl::InternalError("no encoder");
    ++script_->encoders_made;
    return std::make_unique<FakeEncoder>(script_, hardware);
  }
  std::vector<media::EncoderReport> KnownEncoders() const override {
    return {{.name = "fake_hw", .hardware = true}, {.name = "fake"}};
  }

 private:
  Script* const script_;
};

// Counts, to be compared with what the peer saw.
class Counts final : public Observer {
 public:
  void OnSessionOpened(absl::string_view) override { ++open; }
  void OnSessionEnded(absl::string_view, const absl::Status&) override { --open; }
  void OnRefused(absl::string_view, const absl::Status&) override { ++refused; }
  void OnFrameIn(size_t) override { ++in; }
  void OnQueue(int change) override { queued += change; }
  void OnFrameDone(absl::string_view, const flow::FrameDone&) override { ++done; }
  void OnFrameOut(size_t, bool, bool) override { ++out; }
  void OnRepeatFailed(absl::string_view, const absl::Status&) override { ++repeat_failed; }

  int open = 0, refused = 0, in = 0, queued = 0, done = 0, out = 0, repeat_failed = 0;
};

// The peer of a session: sends what ingest would, records what comes back.
class Peer {
 public:
  Peer(base::testing::FakeRuntime* runtime, flow::TranscodeStage* stage) {
    auto [own, other] = flow::MakeDirectPipe<flow::TranscodeUp, flow::TranscodeDown>();
    pipe = std::move(own);
    flow::ToTranscode::Handler handler;
    handler.on_message = [this](flow::TranscodeDown message) { Record(std::move(message)); };
    handler.on_closed = [this](absl::Status status) { closed = status; };
    pipe->Start(runtime->NewStrand(), std::move(handler));
    stage->Attach(std::move(other));
  }

  void Open(flow::TranscodeSpec spec = {}, uint64_t epoch = 1, int64_t last_out_pts = 0) {
    pipe->Send(flow::TranscodeOpen{.relay = "robot",
                                   .session_id = "s",
                                   .epoch = epoch,
                                   .spec = spec,
                                   .last_out_pts = last_out_pts});
  }
  void Picture(uint64_t seq, int64_t pts, std::string jpeg = "ok") {
    media::Packet packet;
    packet.seq = seq;
    packet.pts = packet.dts = pts;
    packet.capture_time = absl::FromUnixSeconds(100);
    packet.arrival_time = absl::FromUnixSeconds(101);
    packet.payload = media::MakePayload(std::move(jpeg));
    pipe->Send(media::Message(std::move(packet)));
  }
  void Track(media::Track track) {
    pipe->Send(media::Message(media::StreamInfo{.tracks = {std::move(track)}}));
  }
  void Credit(uint32_t packets) { pipe->Send(flow::Credit{packets}); }

  std::vector<int64_t> pts() const {
    std::vector<int64_t> all;
    for (const media::Packet& packet : packets) all.push_back(packet.pts);
    return all;
  }

  std::unique_ptr<flow::ToTranscode> pipe;
  std::optional<flow::TranscodeOpened> opened;
  std::vector<media::StreamInfo> infos;
  std::vector<media::Packet> packets;
  std::vector<flow::FrameDone> done;
  std::vector<flow::EncoderChanged> changes;
  uint32_t credits = 0;
  bool draining = false;
  std::optional<absl::Status> closed;

 private:
  void Record(flow::TranscodeDown message) {
    if (auto* value = std::get_if<flow::TranscodeOpened>(&message)) opened = *value;
    if (auto* value = std::get_if<flow::FrameDone>(&message)) done.push_back(*value);
    if (auto* value = std::get_if<flow::EncoderChanged>(&message)) changes.push_back(*value);
    if (auto* value = std::get_if<flow::Credit>(&message)) credits += value->packets;
    if (std::holds_alternative<flow::Draining>(message)) draining = true;
    if (auto* media = std::get_if<media::Message>(&message)) {
      if (auto* info = std::get_if<media::StreamInfo>(media)) infos.push_back(*info);
      if (auto* packet = std::get_if<media::Packet>(media)) packets.push_back(*packet);
    }
  }
};

// A stage with fake codecs in a time that the test moves, and a first peer of it.
class StageHarness : public ::testing::Test {
 protected:
  StageHarness() {
    runtime_.RunReady();  // tries the encoders
    script_.encoders_made = 0;
  }

  static constexpr int64_t kTicks = media::kVideoClockRate;

  void Advance(int milliseconds) { runtime_.Advance(absl::Milliseconds(milliseconds)); }
  // Opens with plenty of output credit.
  void OpenWithCredit(flow::TranscodeSpec spec = {}) {
    peer_.Open(spec);
    peer_.Credit(1000);
    runtime_.RunReady();
  }
  void Push(uint64_t seq, int64_t pts, std::string jpeg = "ok") {
    peer_.Picture(seq, pts, std::move(jpeg));
    runtime_.RunReady();
  }

  base::testing::FakeRuntime runtime_;
  Script script_;
  FakeCodecs codecs_{&script_};
  Counts counts_;
  EncoderCatalog encoders_{{}, &codecs_, &runtime_, &runtime_};
  TranscodeStageImpl stage_{
      {.instance = "t1", .max_sessions = 2}, &runtime_, &runtime_, &codecs_, &encoders_, &counts_};
  Peer peer_{&runtime_, &stage_};
};

}  // namespace relayfleet::transcode::testing

#endif  // RELAYFLEET_SERVICES_TRANSCODE_TESTING_STAGE_HARNESS_H_
