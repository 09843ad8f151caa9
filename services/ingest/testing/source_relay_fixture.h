// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TESTING_SOURCE_RELAY_FIXTURE_H_
#define RELAYFLEET_SERVICES_INGEST_TESTING_SOURCE_RELAY_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/direct_connector.h"
#include "services/ingest/relay.h"
#include "services/ingest/testing/null_observer.h"
#include "services/ingest/testing/scripted_source.h"
#include "services/ingest/testing/scripted_stage.h"

namespace relayfleet::ingest::testing {

inline constexpr int64_t kFrame = 3000;
// Made by x264: 1280x720 and, with B-frames, another size.
inline constexpr char kBaseline720p[] = "6742c01fd9005005bb0110000003001000000300a0f1832480";
inline constexpr char kHighWithB[] = "6764001eacd940a02ff97011000003000100000300320f162d96";

inline std::string Sps(const char* hex) { return absl::HexStringToBytes(hex); }

inline std::string KeyUnit(const char* sps = kBaseline720p) {
  const std::string start("\0\0\0\1", 4);
  return absl::StrCat(start, Sps(sps), start, "\x68pps", start, "\x65idr");
}
inline std::string DeltaUnit() { return absl::StrCat(std::string("\0\0\0\1", 4), "\x41p"); }

inline media::Track H264(const char* sps = kBaseline720p) {
  return {.codec = media::Codec::kH264, .sps = Sps(sps), .pps = "\x68pps"};
}
inline media::Track AudioTrack(media::Codec codec) {
  return {.id = 7, .codec = codec, .clock_rate = 8000, .channels = 1};
}

// A relay whose source is read, between a scripted source and scripted stages, in a time that the
// test moves.
class SourceRelayTest : public ::testing::Test {
 protected:
  void Make(OutputSpec output = {}, std::string path = "cam") {
    relay_ = Relay::Start({.key = "cam",
                           .spec = Spec(output, path),
                           .source = std::make_unique<ScriptedSource>(script_),
                           .epoch = 7},
                          runtime_.NewStrand(), {to_transcode_, to_publish_}, observer_);
    Run();
    OpenPublish();
  }
  static ResolvedSpec Spec(OutputSpec output, std::string path = "cam") {
    return {.source = RtpSpec(), .output = std::move(output), .path = std::move(path)};
  }
  void Update(ResolvedSpec spec) {
    relay_->Update(std::move(spec), std::make_unique<ScriptedSource>(script_));
    Run();
  }
  void Run() { runtime_.RunReady(); }
  void Advance(absl::Duration time) { runtime_.Advance(time); }
  void OpenPublish(flow::PublishOpened opened = {}) {
    publish_.Say(std::move(opened));
    publish_.Say(flow::Credit{1000});
    publish_.Say(flow::Online{.rtsp_url = "rtsp://h/cam", .control_api = true});
    Run();
  }
  void OpenTranscode() {
    transcode_.Say(flow::TranscodeOpened{.encoder = "libx264"});
    transcode_.Say(flow::Credit{100});
    Run();
  }

  void Info(std::vector<media::Track> tracks) {
    script_.say.on_info({.tracks = std::move(tracks)});
  }
  void Packet(std::string unit, bool key, int64_t pts, uint32_t track = 0) {
    script_.say.on_packet({.track = track,
                           .pts = pts,
                           .dts = pts,
                           .key = key,
                           .arrival_time = runtime_.clock().Wall(),
                           .arrival_mono = runtime_.clock().Monotonic(),
                           .payload = media::MakePayload(std::move(unit))});
    Run();
  }
  // A key frame and `deltas` others; each is written at once.
  void Gop(int deltas, const char* sps = kBaseline720p) {
    for (int i = 0; i <= deltas; ++i) {
      Packet(i == 0 ? KeyUnit(sps) : DeltaUnit(), i == 0, pts_);
      pts_ += kFrame;
      WriteAll();
      Advance(absl::Microseconds(33'333));
    }
  }
  void WriteAll() {
    const auto packets = publish_.Packets();
    if (!packets.empty()) publish_.Say(flow::WrittenThrough{.seq = packets.back().seq});
    Run();
  }
  // What transcode makes of the packet `seq`.
  void Output(uint64_t seq, int64_t pts) {
    transcode_.Say(media::Message(media::Packet{.source_seq = seq,
                                                .pts = pts,
                                                .dts = pts,
                                                .key = true,
                                                .payload = media::MakePayload("out")}));
    transcode_.Say(flow::FrameDone{.seq = seq, .outcome = flow::FrameOutcome::kEncoded});
    Run();
  }
  void TranscodeInfo(media::Track track) {
    transcode_.Say(media::Message(media::StreamInfo{.tracks = {std::move(track)}}));
    Run();
  }
  std::vector<media::StreamInfo> Announced() const {
    std::vector<media::StreamInfo> infos;
    for (const auto& message : publish_.Heard<media::Message>()) {
      if (const auto* info = std::get_if<media::StreamInfo>(&message)) infos.push_back(*info);
    }
    return infos;
  }
  void End(absl::Status why) {
    script_.say.on_end(std::move(why));
    Run();
  }
  relay::v1::RelayStatus Status() { return relay_->monitor().Status(); }

  base::testing::FakeRuntime runtime_;
  NullObserver observer_;
  SourceScript script_;
  ScriptedTranscode transcode_{runtime_.NewStrand()};
  ScriptedPublish publish_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector to_transcode_{&transcode_};
  flow::DirectPublishConnector to_publish_{&publish_};
  int64_t pts_ = 0;
  std::shared_ptr<Relay> relay_;
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_TESTING_SOURCE_RELAY_FIXTURE_H_
