// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/reader.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtsp/control_uri.h"

namespace relayfleet::rtsp {
namespace {

constexpr uint8_t kRtpChannel = 0;
constexpr uint8_t kRtcpChannel = 1;

}  // namespace

std::shared_ptr<Reader> Reader::Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                      Handler handler) {
  auto reader = std::make_shared<Reader>(Private(), std::move(strand), std::move(options),
                                         std::move(handler));
  reader->Open();
  return reader;
}

Reader::Reader(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      handler_(std::move(handler)),
      depacketizer_(rtp::H264Depacketizer::Options()) {}

// --- handshake -----------------------------------------------------------------------------------

void Reader::Open() {
  std::weak_ptr<Reader> weak = weak_from_this();
  Client::Handler events;
  events.on_connected = [weak] {
    if (auto self = weak.lock()) self->Describe();
  };
  events.on_frame = [weak](const InterleavedFrame& frame) {
    if (auto self = weak.lock()) self->OnFrame(frame);
  };
  events.on_flushed = [] {};
  events.on_closed = [weak](absl::Status status) {
    if (auto self = weak.lock()) self->End(std::move(status));
  };
  client_ = Client::Start(strand_, {.url = options_.url, .address_check = options_.address_check},
                          std::move(events));
  handshake_timer_ = strand_->After(options_.handshake_timeout, [weak] {
    if (auto self = weak.lock()) {
      self->End(absl::DeadlineExceededError("the server does not answer in time"));
    }
  });
}

void Reader::Describe() {
  Request request{.method = "DESCRIBE", .uri = client_->uri()};
  request.headers.Add("Accept", "application/sdp");
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response& response) {
    if (auto self = weak.lock()) self->OnDescribed(response);
  });
}

void Reader::OnDescribed(const Response& response) {
  base_uri_ = std::string(response.headers.Get("Content-Base"));
  if (base_uri_.empty()) base_uri_ = client_->uri();
  if (absl::Status chosen = ChooseTrack(response); !chosen.ok()) return End(std::move(chosen));
  Setup();
}

absl::Status Reader::ChooseTrack(const Response& response) {
  absl::StatusOr<media::Sdp> sdp = media::ParseSdp(response.body);
  if (!sdp.ok()) return absl::InternalError(sdp.status().message());
  absl::Status refused = absl::FailedPreconditionError("the stream has no H.264 track");
  for (const media::SdpMedia& media : sdp->media) {
    absl::StatusOr<media::Track> track = media::H264TrackOf(media);
    if (!track.ok()) continue;
    absl::StatusOr<std::string> track_uri = ControlUri(base_uri_, media.control);
    absl::StatusOr<std::string> play_uri = ControlUri(base_uri_, sdp->control);
    if (!track_uri.ok() || !play_uri.ok()) {
      refused = absl::InternalError("the stream's description has a malformed control attribute");
      continue;
    }
    track_ = *std::move(track);
    payload_type_ = media.payload_type;
    track_uri_ = *std::move(track_uri);
    play_uri_ = *std::move(play_uri);
    return absl::OkStatus();
  }
  return refused;
}

void Reader::Setup() {
  Request request{.method = "SETUP", .uri = track_uri_};
  request.headers.Add("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1");
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response& response) {
    auto self = weak.lock();
    if (self == nullptr) return;
    if (!absl::StrContains(response.headers.Get("Transport"), "interleaved=0-1")) {
      return self->End(absl::InternalError("the server sets up another transport than asked"));
    }
    self->Play();
  });
}

void Reader::Play() {
  // Frames may come ahead of the answer.
  playing_ = true;
  Request request{.method = "PLAY", .uri = play_uri_};
  request.headers.Add("Range", "npt=0.000-");
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response&) {
    if (auto self = weak.lock()) self->OnPlaying();
  });
}

void Reader::OnPlaying() {
  handshake_timer_.Cancel();
  ArmKeepalive();
  handler_.on_playing(track_);
}

// Servers that don't count interleaved RTCP as a sign of life want a request now and then.
void Reader::ArmKeepalive() {
  keepalive_timer_ = strand_->After(client_->session_timeout() / 2, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    self->client_->Ask(Request{.method = "OPTIONS", .uri = self->play_uri_},
                       [](const Response&) {});
    self->ArmKeepalive();
  });
}

// --- media ---------------------------------------------------------------------------------------

void Reader::OnFrame(const InterleavedFrame& frame) {
  if (!playing_) return;
  if (frame.channel == kRtpChannel) OnRtp(frame.payload);
  if (frame.channel == kRtcpChannel) OnRtcp(frame.payload);
}

void Reader::OnRtp(absl::string_view bytes) {
  const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(bytes);
  // What is no RTP, or of another payload type, shows as a gap in the sequence if it mattered.
  if (!packet.ok() || packet->payload_type != payload_type_) return;
  for (rtp::H264Depacketizer::AccessUnit& unit : depacketizer_.Push(*packet)) {
    if (closed_) return;
    handler_.on_access_unit({.bytes = std::move(unit.bytes),
                             .pts = unwrapper_.Unwrap(unit.rtp_time),
                             .key = unit.key,
                             .discontinuity = unit.discontinuity,
                             .received_wall = strand_->clock().Wall(),
                             .received_mono = strand_->clock().Monotonic(),
                             .sender_wall = SenderWall(unit.rtp_time)});
  }
}

void Reader::OnRtcp(absl::string_view bytes) {
  const absl::StatusOr<std::vector<rtp::SenderReport>> reports = rtp::ParseSenderReports(bytes);
  if (reports.ok() && !reports->empty()) report_ = reports->back();
}

absl::Time Reader::SenderWall(uint32_t rtp_time) const {
  if (!report_.has_value()) return absl::InfinitePast();
  const auto ticks = static_cast<int32_t>(rtp_time - report_->rtp_time);
  return report_->wall + absl::Seconds(1) * ticks / track_.clock_rate;
}

// --- end -----------------------------------------------------------------------------------------

void Reader::Close() {
  closed_ = true;
  playing_ = false;
  handshake_timer_.Cancel();
  keepalive_timer_.Cancel();
  client_->Close("TEARDOWN");
}

void Reader::End(absl::Status status) {
  if (closed_) return;
  Close();
  handler_.on_closed(std::move(status));
}

}  // namespace relayfleet::rtsp
