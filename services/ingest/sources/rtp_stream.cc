// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/rtp_stream.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/media/ticks.h"
#include "libs/rtp/new_depacketizer.h"

namespace relayfleet::ingest {
namespace {

// A sender whose clock is further off than this tells no capture time.
constexpr absl::Duration kMaxClockError = absl::Seconds(5);

// RTCP on the media port (RFC 5761, 4): its packet types are no payload types in use.
bool IsRtcp(absl::string_view datagram) {
  const auto type = static_cast<uint8_t>(datagram.size() < 2 ? 0 : datagram[1]);
  return type >= 192 && type <= 223;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RtpStream>> RtpStream::Create(Options options,
                                                             SourceAttempt::Handler* handler) {
  std::unique_ptr<RtpStream> stream(new RtpStream(std::move(options), handler));
  if (absl::Status begun = stream->Begin(); !begun.ok()) return begun;
  return stream;
}

absl::Status RtpStream::Begin() {
  absl::StatusOr<std::unique_ptr<rtp::Depacketizer>> depacketizer =
      rtp::NewDepacketizer(options_.track, options_.media);
  if (!depacketizer.ok()) return depacketizer.status();
  depacketizer_ = *std::move(depacketizer);
  reorder_ = std::make_unique<rtp::ReorderBuffer>(
      rtp::ReorderBuffer::Options{.window = options_.reorder_window});
  unwrapper_.reset();
  report_.reset();
  lost_told_ = 0;
  return absl::OkStatus();
}

void RtpStream::Push(absl::string_view datagram, const Arrival& arrival) {
  if (IsRtcp(datagram)) return PushControl(datagram);
  const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(datagram);
  if (!packet.ok()) return handler_->on_lost(1);
  if (packet->payload_type != options_.media.payload_type) return NoteType(packet->payload_type);
  if (!Follow(packet->ssrc, arrival)) return;
  reorder_->Push(*packet, arrival.mono,
                 [&](const rtp::RtpPacket& next) { Depacketize(next, arrival); });
}

// Whether packets of `ssrc` are those of the stream.
bool RtpStream::Follow(uint32_t ssrc, const Arrival& arrival) {
  if (ssrc_ != ssrc) {
    if (ssrc_.has_value() && arrival.mono - last_arrival_ < options_.takeover) {
      ++strangers_;
      return false;
    }
    // A depacketizer was made of the same track before.
    if (ssrc_.has_value() && !Begin().ok()) return false;
    began_anew_ = ssrc_.has_value();
    gate_.OnGap();
    ssrc_ = ssrc;
  }
  last_arrival_ = arrival.mono;
  return true;
}

void RtpStream::PushControl(absl::string_view datagram) {
  const absl::StatusOr<std::vector<rtp::SenderReport>> reports = rtp::ParseSenderReports(datagram);
  if (!reports.ok()) return;
  for (const rtp::SenderReport& report : *reports) {
    if (report.ssrc == ssrc_) report_ = report;
  }
}

void RtpStream::Flush(const Arrival& arrival) {
  reorder_->Flush(arrival.mono, [&](const rtp::RtpPacket& next) { Depacketize(next, arrival); });
}

// What is missing is told before what comes after it.
void RtpStream::Depacketize(const rtp::RtpPacket& packet, const Arrival& arrival) {
  std::vector<rtp::Unit> units = depacketizer_->Push(packet);
  TellLost();
  for (rtp::Unit& unit : units) Deliver(std::move(unit), arrival);
}

void RtpStream::Deliver(rtp::Unit unit, const Arrival& arrival) {
  const int64_t pts = PtsOf(unit.rtp_time, arrival);
  VideoGate::Verdict verdict = gate_.Check(unit.bytes, unit.key, unit.discontinuity);
  if (!verdict.pass) {
    if (gate_.waiting() && !std::exchange(noted_key_, true)) {
      handler_->on_note("waiting for a key frame with parameter sets");
    }
    return handler_->on_lost(1);
  }
  if (verdict.info.has_value()) handler_->on_info(*std::move(verdict.info));
  media::Packet packet;
  packet.track = options_.track.id;
  packet.generation = gate_.generation();
  packet.pts = packet.dts = pts;
  packet.key = unit.key;
  packet.discontinuity = std::exchange(began_anew_, false) || unit.discontinuity;
  packet.arrival_time = arrival.wall;
  packet.arrival_mono = arrival.mono;
  SetCapture(unit.rtp_time, &packet);
  packet.payload = media::MakePayload(std::move(unit.bytes));
  handler_->on_packet(std::move(packet));
}

// A sender that begins anew goes on after the time that passed meanwhile.
int64_t RtpStream::PtsOf(uint32_t rtp_time, const Arrival& arrival) {
  if (!unwrapper_.has_value()) {
    unwrapper_.emplace();
    const absl::Duration silence = any_unit_ ? arrival.mono - last_unit_arrival_ : absl::Duration();
    pts_base_ = last_pts_ + media::ToTicks(silence, options_.track.clock_rate);
  }
  any_unit_ = true;
  last_unit_arrival_ = arrival.mono;
  last_pts_ = pts_base_ + unwrapper_->Unwrap(rtp_time);
  return last_pts_;
}

void RtpStream::SetCapture(uint32_t rtp_time, media::Packet* packet) const {
  if (!report_.has_value()) return;
  const auto ticks = static_cast<int32_t>(rtp_time - report_->rtp_time);
  packet->capture_time = report_->wall + media::FromTicks(ticks, options_.track.clock_rate);
  const absl::Duration error = packet->capture_time - packet->arrival_time;
  packet->capture_trusted = absl::AbsDuration(error) <= kMaxClockError;
}

// Packets that never came, and units that are of no use without them.
void RtpStream::TellLost() {
  const uint64_t lost = depacketizer_->lost_packets() + depacketizer_->dropped_units();
  if (lost > lost_told_) handler_->on_lost(lost - lost_told_);
  lost_told_ = lost;
}

void RtpStream::NoteType(uint8_t payload_type) {
  handler_->on_lost(1);
  if (std::exchange(noted_type_, true)) return;
  handler_->on_note(absl::StrCat("packets come with payload type ", payload_type,
                                 ", which is not the expected ", options_.media.payload_type));
}

}  // namespace relayfleet::ingest
