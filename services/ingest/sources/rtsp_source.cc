// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/rtsp_source.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/media/h264_sps.h"
#include "services/ingest/sources/dts_estimator.h"
#include "services/ingest/sources/parameter_sets.h"
#include "services/ingest/sources/video_gate.h"

namespace relayfleet::ingest {
namespace {

// A camera's clock that is further off says nothing about when a picture was taken.
constexpr absl::Duration kTrust = absl::Seconds(5);
constexpr absl::Duration kAskInterval = absl::Seconds(1);
constexpr int64_t kJumpSeconds = 10;
// Units that come ahead of the answer to PLAY.
constexpr size_t kMaxEarly = 512;

using rtsp::AccessUnit;

bool HasParameterSets(const media::Track& track) {
  return track.codec == media::Codec::kH264 || track.codec == media::Codec::kH265;
}

std::optional<int> ReorderDepth(const media::Track& track) {
  if (track.codec != media::Codec::kH264) return std::nullopt;
  const auto sps = media::ParseH264Sps(track.sps);
  return sps.ok() ? sps->max_reorder_frames : std::nullopt;
}

class RtspSession : public std::enable_shared_from_this<RtspSession> {
 public:
  RtspSession(std::shared_ptr<base::AsioStrand> strand, SourceAttempt::Handler handler)
      : strand_(std::move(strand)), handler_(std::move(handler)) {}

  void Start(const RtspSource::Options& options);
  void AskKey();
  void Close();

 private:
  void OnPlaying(const std::vector<media::Track>& tracks);
  void OnUnit(AccessUnit unit);
  void OnVideo(AccessUnit unit);
  void TellInfo(media::StreamInfo info);
  void Give(AccessUnit unit, int64_t dts);
  void TellLost();
  void OnClosed(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  SourceAttempt::Handler handler_;
  std::shared_ptr<rtsp::Reader> reader_;
  bool prefers_tcp_ = false;  // UDP is then worth a note
  std::vector<AccessUnit> early_;
  std::vector<media::Track> tracks_;  // as told; empty: not playing
  std::optional<VideoGate> gate_;     // of H.264 and H.265
  uint32_t generation_ = 0;           // 0: nothing is told yet
  DtsEstimator dts_;
  uint64_t lost_told_ = 0;
  absl::Duration last_ask_ = -absl::InfiniteDuration();
  bool closed_ = false;
};

void RtspSession::Start(const RtspSource::Options& options) {
  std::weak_ptr<RtspSession> weak = weak_from_this();
  rtsp::Reader::Handler handler;
  handler.on_playing = [weak](const std::vector<media::Track>& tracks) {
    if (auto self = weak.lock()) self->OnPlaying(tracks);
  };
  handler.on_access_unit = [weak](AccessUnit unit) {
    if (auto self = weak.lock()) self->OnUnit(std::move(unit));
  };
  handler.on_closed = [weak](absl::Status status) {
    if (auto self = weak.lock()) self->OnClosed(std::move(status));
  };
  prefers_tcp_ = options.transport == rtsp::Reader::Transport::kTcpThenUdp;
  reader_ = rtsp::Reader::Start(strand_,
                                {.url = options.url,
                                 .transport = options.transport,
                                 .audio = options.audio,
                                 .address_check = options.address_check,
                                 .verify_certificate = options.verify_certificate,
                                 .ca_file = options.ca_file},
                                std::move(handler));
}

void RtspSession::AskKey() {
  const absl::Duration now = strand_->clock().Monotonic();
  if (closed_ || now - last_ask_ < kAskInterval) return;
  last_ask_ = now;
  reader_->AskKey();
}

void RtspSession::Close() {
  closed_ = true;
  reader_->Close();
}

void RtspSession::OnPlaying(const std::vector<media::Track>& tracks) {
  tracks_ = tracks;
  if (prefers_tcp_ && reader_->over_udp()) {
    handler_.on_note("the camera refuses RTP over TCP; it is read over UDP");
  }
  if (HasParameterSets(tracks_[0])) {
    gate_.emplace(tracks_[0]);
  } else if (!closed_) {
    TellInfo({.generation = 1, .tracks = tracks_});
  }
  for (AccessUnit& unit : std::exchange(early_, {})) OnUnit(std::move(unit));
}

void RtspSession::OnUnit(AccessUnit unit) {
  if (closed_) return;
  if (tracks_.empty()) {
    if (early_.size() == kMaxEarly) return handler_.on_lost(1);
    return early_.push_back(std::move(unit));
  }
  TellLost();
  if (closed_) return;
  if (unit.track == tracks_[0].id) return OnVideo(std::move(unit));
  const int64_t dts = unit.pts;
  if (generation_ > 0) Give(std::move(unit), dts);
}

void RtspSession::OnVideo(AccessUnit unit) {
  const int64_t dts = dts_.Next(unit.pts, kJumpSeconds * tracks_[0].clock_rate);
  if (!gate_.has_value()) return Give(std::move(unit), dts);
  VideoGate::Verdict verdict = gate_->Check(unit.bytes, unit.key, unit.discontinuity);
  if (verdict.info.has_value()) TellInfo(*std::move(verdict.info));
  if (closed_) return;
  if (!verdict.pass) {
    AskKey();
    // Before the first key frame nothing is missing yet.
    if (!gate_->waiting()) handler_.on_lost(1);
    return;
  }
  if (unit.key) unit.bytes = WithParameterSets(std::move(unit.bytes), tracks_[0]);
  Give(std::move(unit), dts);
}

void RtspSession::TellInfo(media::StreamInfo info) {
  generation_ = info.generation;
  tracks_[0] = info.tracks[0];
  info.tracks = tracks_;
  dts_.SetDepth(ReorderDepth(tracks_[0]));
  handler_.on_info(std::move(info));
}

void RtspSession::Give(AccessUnit unit, int64_t dts) {
  media::Packet packet;
  packet.track = unit.track;
  packet.generation = generation_;
  packet.pts = unit.pts;
  packet.dts = dts;
  packet.key = unit.key;
  packet.discontinuity = unit.discontinuity;
  packet.arrival_time = unit.received_wall;
  packet.arrival_mono = unit.received_mono;
  if (unit.sender_wall != absl::InfinitePast()) {
    packet.capture_time = unit.sender_wall;
    packet.capture_trusted = absl::AbsDuration(unit.sender_wall - unit.received_wall) <= kTrust;
  }
  packet.payload = media::MakePayload(std::move(unit.bytes));
  handler_.on_packet(std::move(packet));
}

void RtspSession::TellLost() {
  const uint64_t lost = reader_->lost_packets();
  if (lost == lost_told_) return;
  handler_.on_lost(lost - std::exchange(lost_told_, lost));
}

void RtspSession::OnClosed(absl::Status status) {
  if (closed_) return;
  closed_ = true;
  if (status.code() == absl::StatusCode::kFailedPrecondition ||
      status.code() == absl::StatusCode::kInvalidArgument) {
    status = absl::UnavailableError(status.message());
  }
  handler_.on_end(std::move(status));
}

class RtspAttempt final : public SourceAttempt {
 public:
  explicit RtspAttempt(std::shared_ptr<RtspSession> session) : session_(std::move(session)) {}
  ~RtspAttempt() override { session_->Close(); }
  RtspAttempt(const RtspAttempt&) = delete;
  RtspAttempt& operator=(const RtspAttempt&) = delete;

  void AskKey() override { session_->AskKey(); }

 private:
  const std::shared_ptr<RtspSession> session_;
};

}  // namespace

std::unique_ptr<SourceAttempt> RtspSource::Open(SourceAttempt::Handler handler) {
  auto session = std::make_shared<RtspSession>(strand_, std::move(handler));
  session->Start(options_);
  return std::make_unique<RtspAttempt>(std::move(session));
}

}  // namespace relayfleet::ingest
