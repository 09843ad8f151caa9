// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/track_receiver.h"

#include <utility>

#include "absl/status/statusor.h"
#include "libs/media/ticks.h"
#include "libs/rtp/new_depacketizer.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtsp {

TrackReceiver::TrackReceiver(PlayPlan::Item item, std::optional<absl::Duration> reorder_window)
    : item_(std::move(item)), reorder_window_(reorder_window), reception_(item_.track.clock_rate) {}

std::vector<TrackReceiver::Unit> TrackReceiver::OnRtp(absl::string_view bytes, absl::Duration now) {
  std::vector<Unit> units;
  const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(bytes);
  // A packet that was meant for us shows as a gap in the sequence.
  if (!packet.ok() || packet->payload_type != payload_type()) return units;
  if (ssrc_ != packet->ssrc) BeginStream(packet->ssrc);
  reception_.OnPacket(*packet, now);
  if (reorder_.has_value()) {
    reorder_->Push(*packet, now, [&](const rtp::RtpPacket& next) { Depacketize(next, &units); });
  } else {
    Depacketize(*packet, &units);
  }
  return units;
}

std::vector<TrackReceiver::Unit> TrackReceiver::Flush(absl::Duration now) {
  std::vector<Unit> units;
  if (reorder_.has_value()) {
    reorder_->Flush(now, [&](const rtp::RtpPacket& next) { Depacketize(next, &units); });
  }
  return units;
}

std::optional<absl::Duration> TrackReceiver::deadline() const {
  return reorder_.has_value() ? reorder_->deadline() : std::nullopt;
}

void TrackReceiver::Depacketize(const rtp::RtpPacket& packet, std::vector<Unit>* units) {
  for (rtp::Unit& unit : item_.depacketizer->Push(packet)) {
    unit.discontinuity = std::exchange(discontinuity_, false) || unit.discontinuity;
    const int64_t ticks = unwrapper_.Unwrap(unit.rtp_time);
    const absl::Time wall = SenderWall(unit.rtp_time);
    units->push_back({.rtp = std::move(unit), .ticks = ticks, .sender_wall = wall});
  }
}

void TrackReceiver::BeginStream(uint32_t ssrc) {
  if (ssrc_.has_value()) {
    // It worked for this very track before.
    absl::StatusOr<std::unique_ptr<rtp::Depacketizer>> fresh =
        rtp::NewDepacketizer(item_.track, item_.media);
    if (!fresh.ok()) return;
    lost_before_ += item_.depacketizer->lost_packets();
    item_.depacketizer = *std::move(fresh);
    discontinuity_ = true;
    report_.reset();
  }
  ssrc_ = ssrc;
  if (reorder_window_.has_value()) {
    reorder_.emplace(rtp::ReorderBuffer::Options{.window = *reorder_window_});
  }
}

void TrackReceiver::OnRtcp(absl::string_view bytes, absl::Duration now) {
  const absl::StatusOr<std::vector<rtp::SenderReport>> reports = rtp::ParseSenderReports(bytes);
  if (!reports.ok()) return;
  for (const rtp::SenderReport& report : *reports) {
    // The first report may come ahead of the first packet.
    if (ssrc_.has_value() && report.ssrc != *ssrc_) continue;
    report_ = report;
    reception_.OnSenderReport(report, now);
  }
}

std::optional<rtp::ReportBlock> TrackReceiver::Report(absl::Duration now) {
  if (!reception_.begun()) return std::nullopt;
  return reception_.Report(now);
}

absl::Time TrackReceiver::SenderWall(uint32_t rtp_time) const {
  if (!report_.has_value()) return absl::InfinitePast();
  const auto ticks = static_cast<int32_t>(rtp_time - report_->rtp_time);
  return report_->wall + media::FromTicks(ticks, item_.track.clock_rate);
}

}  // namespace relayfleet::rtsp
