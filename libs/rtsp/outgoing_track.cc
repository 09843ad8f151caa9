// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/outgoing_track.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "libs/media/sdp.h"
#include "libs/media/ticks.h"
#include "libs/rtp/new_packetizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtsp {
namespace {

constexpr absl::string_view kCname = "relayfleet";

}  // namespace

OutgoingTrack::OutgoingTrack(const media::Track& track, size_t index, const rtp::RtpState& state)
    : track_(track),
      report_channel_(static_cast<uint8_t>(2 * index + 1)),
      packetizer_(rtp::NewPacketizer(track, {.payload_type = media::SdpPayloadType(index),
                                             .channel = static_cast<uint8_t>(2 * index)})
                      .value_or(nullptr)),
      state_(state) {}

absl::Time OutgoingTrack::WallOf(int64_t pts, int64_t clock_rate) const {
  return state_.last_wall +
         (media::FromTicks(pts, clock_rate) - media::FromTicks(state_.last_pts, track_.clock_rate));
}

// MediaMTX takes the SSRC from the first RTP packet and ignores reports before it; where it keeps
// absolute times, it drops packets until the first report that it takes. So one packet that is no
// loss goes ahead of the report, and the picture comes behind it. Sound has no such packet: there
// the first frame goes ahead.
void OutgoingTrack::Append(const media::Packet& packet, absl::Time wall, std::string* out) {
  // A repeat shows an old picture at a new time: the line stays where the picture itself put it.
  if (!packet.repeat || state_.last_wall == absl::InfinitePast()) {
    state_.last_wall = wall;
    state_.last_pts = packet.pts;
  }
  const uint32_t rtp_time = state_.RtpTime(packet.pts);
  const bool first = !std::exchange(introduced_, true);
  const bool delimited = first && packetizer_->AppendDelimiter(rtp_time, &state_, out);
  if (delimited) AppendReport(state_.last_wall, out);
  packetizer_->Append(*packet.payload, rtp_time, &state_, out);
  if (first && !delimited) AppendReport(state_.last_wall, out);
}

void OutgoingTrack::AppendReport(absl::Time now, std::string* out) const {
  std::string rtcp;
  if (state_.last_wall == absl::InfinitePast()) {
    rtp::AppendEmptyReceiverReport(state_.ssrc, kCname, &rtcp);
  } else {
    const absl::Duration elapsed = std::max(now - state_.last_wall, absl::ZeroDuration());
    const int64_t ticks = media::ToTicks(elapsed, track_.clock_rate);
    rtp::AppendSenderReport({.ssrc = state_.ssrc,
                             .wall = state_.last_wall + elapsed,
                             .rtp_time = state_.RtpTime(state_.last_pts + ticks),
                             .packets = state_.packets,
                             .octets = state_.octets},
                            kCname, &rtcp);
  }
  rtp::AppendInterleavedHeader(report_channel_, rtcp.size(), out);
  *out += rtcp;
}

}  // namespace relayfleet::rtsp
